"""Loading stores all of a pack or nothing; what was loaded is written out with the same bytes."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from config import PROJECT
from journeys.flow.packs.export import export
from journeys.flow.packs.folder import files_of, pack_of, read_folder
from journeys.flow.packs.load import ALL_BUT_JOURNEYS, EVERYTHING, load
from journeys.foundation import database as databases
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.foundation.errors import Invalid, Missing
from journeys.store import Definition, TaskQueue, ValueSetCode
from journeys.store.putting_in_force.definitions import (
    FIELD,
    JOURNEY,
    SEGMENT,
    STAGE,
    TEMPLATE,
    VALUE_SET,
    live_versions,
)
from journeys.store.putting_in_force.save_draft import save_draft

pytestmark = pytest.mark.store

PACKS = PROJECT / "seed" / "packs"
ACT = Act(dt.datetime(2026, 3, 2, 15, 0, tzinfo=dt.UTC), "user:cora", EVERYWHERE)


@pytest.fixture
def house(database):
    engine = databases.connect(database.url, databases.WORKER)
    yield House(databases.sessions(engine))
    engine.dispose()


@pytest.fixture(scope="module")
def base():
    return read_folder(PACKS / "base")


@pytest.fixture(scope="module")
def recall():
    return read_folder(PACKS / "hypertension-recall")


def texts_of(name):
    folder = PACKS / name
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def with_queues(house):
    with house.sessions() as session, session.begin():
        session.add_all(TaskQueue(slug=slug, name={"en": slug}) for slug in ("recall", "nurse"))


def definitions(house):
    with house.sessions() as session:
        return session.scalar(select(func.count()).select_from(Definition))


def test_export_after_load_gives_the_same_bytes(house, base, recall):
    act(house, ACT, load, base)
    act(house, ACT, load, recall)
    for name in ("base", "hypertension-recall"):
        assert files_of(act(house, ACT, export, name)) == texts_of(name)


def test_drafts_are_not_in_force(house, base, recall):
    act(house, ACT, load, base)
    act(house, ACT, load, recall)
    with house.sessions() as session:
        assert [live_versions(session, kind) for kind in (SEGMENT, TEMPLATE, JOURNEY)] == [{}, {}, {}]


def test_everything_can_be_put_in_force(house, base, recall):
    with_queues(house)
    act(house, ACT, load, base, publish_folders=EVERYTHING)
    act(house, ACT, load, recall, publish_folders=EVERYTHING)
    with house.sessions() as session:
        assert set(live_versions(session, JOURNEY)) == {"hypertension-recall"}
        assert set(live_versions(session, SEGMENT)) == {"bp-at-risk", "bp-review-due"}
        assert len(live_versions(session, STAGE)) == 10
        fields = {"cigarettes-a-day", "distance-to-clinic", "interpreter-needed", "smoking-status"}
        assert set(live_versions(session, FIELD)) == fields


def test_a_journey_can_be_left_for_the_consultant(house, base, recall):
    act(house, ACT, load, base, publish_folders=EVERYTHING)
    act(house, ACT, load, recall, publish_folders=ALL_BUT_JOURNEYS)
    with house.sessions() as session:
        assert live_versions(session, JOURNEY) == {}
        assert len(live_versions(session, TEMPLATE)) == 4


def test_value_sets_are_in_force_before_the_segments_that_name_them(house):
    pack = read_folder(PACKS / "segments-core")
    act(house, ACT, load, pack, publish_folders=EVERYTHING)
    with house.sessions() as session:
        assert set(live_versions(session, VALUE_SET)) == set(pack.of("value-sets"))
        assert set(live_versions(session, SEGMENT)) == set(pack.of("segments"))
        assert session.scalar(select(func.count()).select_from(ValueSetCode)) == sum(
            len(content["codes"]) for content in pack.of("value-sets").values()
        )
    assert files_of(act(house, ACT, export, "segments-core")) == texts_of("segments-core")


def test_a_pack_that_is_needed_must_be_there(house, recall):
    with pytest.raises(Invalid, match="The pack base is not there"):
        act(house, ACT, load, recall)
    assert definitions(house) == 0


def test_with_one_problem_nothing_is_stored(house):
    files = texts_of("base")
    files["stages/visit.yaml"] = "format: 1\nname:\n  en: Visit\nplace: 5\n"
    pack, _ = pack_of("base", files)
    with pytest.raises(Invalid) as refused:
        act(house, ACT, load, pack)
    assert [problem.where for problem in refused.value.problems] == [
        "stages/visit.yaml:4: place",
        "stages/visit.yaml:1: position",
    ]
    assert definitions(house) == 0


def test_a_second_load_changes_nothing(house, base):
    act(house, ACT, load, base, publish_folders=EVERYTHING)
    before = definitions(house)
    act(house, ACT, load, base, publish_folders=EVERYTHING)
    assert definitions(house) == before
    with house.sessions() as session:
        assert {version.number for version in live_versions(session, STAGE).values()} == {1}


def test_what_was_changed_here_is_not_overwritten(house, base):
    act(house, ACT, load, base)
    mine = {"format": 1, "name": {"en": "Our visit"}, "position": 5}
    act(house, ACT, save_draft, STAGE, "visit", mine["name"], mine)
    with pytest.raises(Invalid, match="The stage visit was changed here since the pack was loaded"):
        act(house, ACT, load, base)
    act(house, ACT, load, base, replace=True)
    assert files_of(act(house, ACT, export, "base")) == texts_of("base")


def test_a_newer_pack_replaces_what_nobody_changed(house, base):
    act(house, ACT, load, base)
    files = texts_of("base")
    files["stages/visit.yaml"] = files["stages/visit.yaml"].replace("en: Visit", "en: The visit")
    newer, _ = pack_of("base", files)
    act(house, ACT, load, newer)
    assert files_of(act(house, ACT, export, "base")) == files


def test_what_came_from_elsewhere_is_not_overwritten(house, base):
    mine = {"format": 1, "name": {"en": "Our visit"}, "position": 5}
    act(house, ACT, save_draft, STAGE, "visit", mine["name"], mine)
    with pytest.raises(Invalid, match="There is another stage visit already"):
        act(house, ACT, load, base)


def test_what_was_changed_here_is_written_out(house, base):
    act(house, ACT, load, base)
    mine = {"format": 1, "name": {"en": "Our visit", "es": "Nuestra visita"}, "position": 5}
    act(house, ACT, save_draft, STAGE, "visit", mine["name"], mine)
    written = files_of(act(house, ACT, export, "base"))
    assert written["stages/visit.yaml"] == "format: 1\nname:\n  en: Our visit\n  es: Nuestra visita\nposition: 5\n"


def test_a_pack_that_was_never_loaded(house):
    with pytest.raises(Missing, match="There is no pack gone"):
        act(house, ACT, export, "gone")
