"""Packs carry web forms, and templates with what they are for: judged with the pack, in force before the journeys that
name them, written back unchanged."""

import pytest

from journeys.contact.forms.content import form_in_force
from journeys.contact.texts.text_uses import uses_of
from journeys.flow.packs.export import export
from journeys.flow.packs.folder import files_of, pack_of
from journeys.flow.packs.load import EVERYTHING, load
from journeys.foundation import database as databases
from journeys.foundation.acting import House, act
from journeys.foundation.errors import Invalid, errors_in
from journeys.store.putting_in_force.definitions import JOURNEY, TEMPLATE, live_versions
from tests import make as a
from tests.unit.flow.packs.test_load import ACT

pytestmark = pytest.mark.store


@pytest.fixture
def house(database):
    engine = databases.connect(database.url, databases.WORKER)
    yield House(databases.sessions(engine))
    engine.dispose()


EVERYBODY = "{purposes: [care], roles: [staff]}"
FILES = {
    "pack.yaml": "format: 1\nname:\n  en: First words\n",
    "fields/pets.yaml": (
        "format: 1\nname:\n  en: Pets\n'on': patient\ntype: text\nsensitivity: ordinary\n"
        f"see: {EVERYBODY}\nedit: {EVERYBODY}\non_web_forms: true\n"
    ),
    "forms/write-to-us.yaml": (
        "format: 1\nname:\n  en: Write to us\nquestions:\n  - asks: phone\n    needed: true\n"
        "  - asks: field\n    field: pets\n"
    ),
    "templates/thanks.yaml": (
        "format: 1\nname:\n  en: Thanks\npurpose: transactional\ncontent_level: 0\nuses:\n  - reply\ntexts:\n"
        "  en:\n    subject: Thank you\n    body: '{{clinic.name}}: thank you for writing.'\n"
    ),
    "journeys/welcome.yaml": (
        "format: 1\nname:\n  en: Welcome\npurpose: transactional\nentry:\n  form: write-to-us\n"
        "start: over\nsteps:\n  over:\n    type: end\n    config:\n      reason: done\n"
    ),
}


def pack(**changed):
    made, problems = pack_of("first-words", {**FILES, **changed})
    assert problems == []
    return made


def test_form_and_saved_reply_of_a_pack_are_in_force(house):
    act(house, ACT, load, pack(), publish_folders=EVERYTHING)
    with house.sessions() as session:
        form = form_in_force(session, "write-to-us")
        assert [each.key for each in form.questions] == ["phone", "custom.pets"]
        assert uses_of(live_versions(session, TEMPLATE)["thanks"].content) == ("reply",)
        assert list(live_versions(session, JOURNEY)) == ["welcome"]


def test_what_was_loaded_is_written_with_the_same_bytes(house):
    act(house, ACT, load, pack())
    assert files_of(act(house, ACT, export, "first-words")) == files_of(pack())


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "says"),
    [
        (
            "forms/write-to-us.yaml",
            "needed:",
            "wanted:",
            "forms/write-to-us.yaml:6: questions.0.wanted",
            "wanted",
        ),
        ("forms/write-to-us.yaml", "pets", "gone", "forms/write-to-us.yaml:8: questions.1.field", "that forms may ask"),
        (
            "fields/pets.yaml",
            "on_web_forms: true\n",
            "",
            "forms/write-to-us.yaml:8: questions.1.field",
            "forms may ask",
        ),
        ("journeys/welcome.yaml", "write-to-us", "gone", "journeys/welcome.yaml:6: entry.form", "no published form"),
        ("templates/thanks.yaml", "reply", "a-poem", "templates/thanks.yaml:6: uses", "at least one of"),
    ],
)
def test_what_is_wrong_is_said_at_its_place_and_nothing_is_stored(house, file, old, new, where, says):
    with pytest.raises(Invalid, match=says) as refused:
        act(house, ACT, load, pack(**{file: FILES[file].replace(old, new)}))
    assert [problem.where for problem in errors_in(refused.value.problems)] == [where]


def test_a_branch_is_the_clinic_s(house):
    named = pack(**{"forms/write-to-us.yaml": FILES["forms/write-to-us.yaml"] + "branch: harbour\n"})
    (warning,) = act(house, ACT, load, named)
    assert (warning.severity, warning.where) == ("warning", "forms/write-to-us.yaml:9: branch")
    with pytest.raises(Invalid):
        act(house, ACT, load, named, publish_folders=EVERYTHING, replace=True)
    with house.sessions.begin() as session:
        a.branch(session, "harbour")
    act(house, ACT, load, named, publish_folders=EVERYTHING, replace=True)
    with house.sessions() as session:
        assert form_in_force(session, "write-to-us").branch == "harbour"
