"""Packs carry wordings: judged with the pack, in force before the templates that quote them, written back unchanged."""

import pytest

from journeys.contact.texts.wording_uses import outdated_templates
from journeys.contact.texts.wordings import pinned_wordings
from journeys.flow.packs.export import export
from journeys.flow.packs.folder import files_of, pack_of
from journeys.flow.packs.load import EVERYTHING, load
from journeys.foundation import database as databases
from journeys.foundation.acting import House, act
from journeys.foundation.errors import Invalid
from journeys.store.putting_in_force.definitions import TEMPLATE, WORDING, live_versions
from tests.unit.flow.packs.test_load import ACT

pytestmark = pytest.mark.store


@pytest.fixture
def house(database):
    engine = databases.connect(database.url, databases.WORKER)
    yield House(databases.sessions(engine))
    engine.dispose()


FILES = {
    "pack.yaml": "format: 1\nname:\n  en: Voice\n",
    "wordings/hours.yaml": (
        "format: 1\nname:\n  en: Opening hours\nowner: Front desk\nreview_on: '2027-01-31'\ntexts:\n  en: open 8 to 5\n"
    ),
    "templates/letter.yaml": (
        "format: 1\nname:\n  en: Letter\npurpose: transactional\ncontent_level: 0\ntexts:\n  en:\n"
        "    subject: Our hours\n    body: '{{clinic.name}}: we are {{text.hours}}.'\n"
    ),
}


def pack(**changed):
    made, problems = pack_of("voice", {**FILES, **changed})
    assert problems == []
    return made


def put_in_force(house, **changed):
    act(house, ACT, load, pack(**changed), publish_folders=EVERYTHING)


def said(house):
    with house.sessions() as session:
        [version] = live_versions(session, TEMPLATE).values()
        [[wording]] = [list(each.values()) for each in pinned_wordings(session, [version.id]).values()]
        return version.number, wording.texts["en"]


def test_a_template_quotes_the_wording_of_its_pack(house):
    put_in_force(house)
    assert said(house) == (1, "open 8 to 5")


def test_what_was_loaded_is_written_with_the_same_bytes(house):
    put_in_force(house)
    assert files_of(act(house, ACT, export, "voice")) == files_of(pack())


def test_a_newer_pack_makes_a_new_version_of_both(house):
    put_in_force(house)
    newer = FILES["wordings/hours.yaml"].replace("8 to 5", "9 to 6")
    put_in_force(house, **{"wordings/hours.yaml": newer})
    assert said(house) == (2, "open 9 to 6")
    with house.sessions() as session:
        assert live_versions(session, WORDING)["hours"].number == 2
        assert outdated_templates(session) == {}


def test_the_wording_alone_flags_what_quotes_it(house):
    put_in_force(house)
    newer = FILES["wordings/hours.yaml"].replace("8 to 5", "9 to 6")
    act(house, ACT, load, pack(**{"wordings/hours.yaml": newer}), publish_folders=("wordings",))
    with house.sessions() as session:
        assert outdated_templates(session) == {"letter": ("hours",)}


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "says"),
    [
        ("wordings/hours.yaml", "owner: Front desk\n", "", "wordings/hours.yaml:1: owner", "Say who answers"),
        ("wordings/hours.yaml", "open 8", "bit.ly/x 8", "wordings/hours.yaml:7: texts.en", "hides where"),
        ("templates/letter.yaml", "text.hours", "text.gone", "templates/letter.yaml:9: texts.en.body", "no approved"),
    ],
)
def test_what_is_wrong_is_said_at_its_place_and_nothing_is_stored(house, file, old, new, where, says):
    wrong = pack(**{file: FILES[file].replace(old, new)})
    with pytest.raises(Invalid, match=says) as refused:
        act(house, ACT, load, wrong)
    assert where in [problem.where for problem in refused.value.problems]


def test_a_wording_that_cannot_be_read_is_the_only_problem(house):
    broken = FILES["wordings/hours.yaml"].replace("texts:\n  en: open 8 to 5\n", "texts: 5\n")
    with pytest.raises(Invalid) as refused:
        act(house, ACT, load, pack(**{"wordings/hours.yaml": broken}))
    assert {problem.where.partition(":")[0] for problem in refused.value.problems} == {"wordings/hours.yaml"}
