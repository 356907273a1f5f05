"""A version that fails costs nobody else anything: its enrolments are set aside, a person sees why, the rest flows."""

import pytest
from sqlalchemy import select, text

from journeys.flow.pauses.pause import pause
from journeys.flow.running.advance import advance
from journeys.flow.running.setbacks import setbacks
from journeys.flow.running.try_again import try_again
from journeys.flow.running.versions import KEPT
from journeys.foundation.attempting import attempt
from journeys.foundation.audit import NOTES, AuditEntry
from journeys.foundation.database import OWNER, connect, sessions
from journeys.store.configuration import Definition
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from tests.unit.flow.clinic import a_journey, a_step, say

pytestmark = pytest.mark.store

WELL = a_journey({"hello": a_step("send_message", "end", template="hello"), "end": a_step("end")})
MOVED = {"name": say("Speaks Spanish"), "rule": {"field": "language", "is": "one_of", "value": ["es"]}}
UNDIVIDED = text("SELECT 1 / 0")


def put_in_force(clinic, content, moving_all_to_it=True):
    """A version that nobody judged takes the place of `sick`, and its enrolments with it."""

    def write(session, doing):
        draft = save_draft(session, doing, "journey", "sick", say("sick"), content)
        version = write_version(session, doing, draft)
        if moving_all_to_it:
            session.execute(
                text("UPDATE enrolment SET version_id = :version WHERE definition_id = :definition"),
                {"version": version.id, "definition": draft.id},
            )
        return version.id

    return clinic.do(write)


SICK = {
    "a step that does not exist any more": {**WELL, "steps": {**WELL["steps"], "hello": {"type": "fax"}}},
    "a template that it was never pinned to": a_journey(
        {"hello": a_step("send_message", "end", template="gone"), "end": a_step("end")}
    ),
    "an exit that names a segment that it was never pinned to": {
        **WELL,
        "exits": [{"name": say("Gone"), "rule": {"segment": "gone"}}],
    },
    "a step in which nobody should stand": a_journey({"other": a_step("end")}),
}


def notes_of_failure(database):
    engine = connect(database.url, OWNER)
    with sessions(engine)() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.outcome == "12")).all()
    engine.dispose()
    return rows


@pytest.mark.parametrize("content", SICK.values(), ids=SICK)
def test_a_version_that_fails_leaves_the_others_moving(clinic, database, content):
    clinic.publish(WELL, "sick")
    clinic.publish(WELL, "well")
    patients = clinic.people(3)
    assert clinic.enrol("sick") == clinic.enrol("well") == 3
    version_id = put_in_force(clinic, content)
    assert clinic.advance() == 6
    clinic.run()
    standing = {(row.definition_id, row.status) for row in clinic.all(Enrolment)}
    [sick] = clinic.all(Definition, slug="sick")
    [well] = clinic.all(Definition, slug="well")
    assert standing == {(sick.id, "on-hold"), (well.id, "completed")}
    assert len(clinic.all(Message)) == 3
    [note] = notes_of_failure(database)
    assert sorted(note.patient_ids) == patients
    assert note.subject_ids == [row.id for row in clinic.all(Enrolment, definition_id=sick.id)]
    assert (note.detail["version"], set(note.detail)) == (version_id, {"version", "step", "error"})


def test_those_who_were_set_aside_go_on_once_their_journey_is_resumed(clinic):
    clinic.publish(WELL, "sick")
    clinic.people()
    clinic.enrol("sick")
    put_in_force(clinic, SICK["a template that it was never pinned to"])
    clinic.run()
    assert clinic.enrolment().status == "on-hold"
    clinic.publish(WELL, "sick")
    [version_id] = [row.live_version_id for row in clinic.all(Definition, slug="sick")]
    clinic.do(lambda session, _: session.execute(text("UPDATE enrolment SET version_id = :id"), {"id": version_id}))
    clinic.do(pause, "sick")
    clinic.resume("sick")
    clinic.run()
    assert clinic.enrolment().status == "completed"


def test_what_was_set_aside_is_listed_with_its_reason_and_may_try_again(clinic):
    clinic.publish(WELL, "sick")
    clinic.people(3)
    clinic.enrol("sick")
    put_in_force(clinic, SICK["a template that it was never pinned to"])
    clinic.run()
    [found] = clinic.do(setbacks)
    assert (found.slug, found.step, found.error, found.count) == ("sick", "hello", "KeyError", 3)
    again = (found.version_id, found.step, found.error)
    assert clinic.do(try_again, *again) == 3
    assert clinic.do(setbacks) == []
    clinic.run()
    # nothing was mended, so they are set aside once more
    assert [each.count for each in clinic.do(setbacks)] == [3]
    assert {row.status for row in clinic.all(Enrolment)} == {"on-hold"}
    clinic.publish(WELL, "sick")
    [version_id] = [row.live_version_id for row in clinic.all(Definition, slug="sick")]
    clinic.do(lambda session, _: session.execute(text("UPDATE enrolment SET version_id = :id"), {"id": version_id}))
    assert clinic.do(try_again, *again) == 3
    clinic.run()
    assert {row.status for row in clinic.all(Enrolment)} == {"completed"}
    assert clinic.do(try_again, *again) == 0


def test_a_paused_journey_is_nobodys_failure(clinic):
    clinic.publish(WELL, "sick")
    clinic.people(2)
    clinic.enrol("sick")
    put_in_force(clinic, SICK["a template that it was never pinned to"])
    clinic.run()
    clinic.do(pause, "sick")
    assert clinic.do(setbacks) == []
    clinic.resume("sick")
    # nothing was mended, so they are set aside once more
    assert [each.count for each in clinic.do(setbacks)] == [2]


def test_a_failure_is_as_many_statements_for_many_as_for_one(clinic):
    clinic.publish(WELL, "sick")
    counts = []
    for people in (1, 30):
        clinic.people(people)
        clinic.publish(WELL, "sick")
        clinic.enrol("sick")
        put_in_force(clinic, SICK["a template that it was never pinned to"])
        KEPT.clear()
        assert clinic.do(advance) == people
        counts.append(len(clinic.statements))
    assert counts[0] == counts[1]


def test_what_failed_leaves_no_note_no_row_and_no_aborted_transaction(clinic):
    with clinic.sessions() as session, session.begin():
        session.info[NOTES] = []

        def divide():
            session.info[NOTES].append("never happened")
            session.execute(UNDIVIDED)

        assert attempt(session, divide) == "DivisionByZero"
        assert session.info[NOTES] == []
        assert session.scalar(text("SELECT 1")) == 1
        assert attempt(session, lambda: None) is None


def test_what_is_the_servers_fault_is_nobodys_version(clinic):
    class TimeIsUp(Exception):
        pass

    def give_up():
        raise TimeIsUp

    with clinic.sessions() as session, session.begin(), pytest.raises(TimeIsUp):
        attempt(session, give_up)

    def lose_a_deadlock():
        session.execute(text("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40P01'; END $$"))

    with clinic.sessions() as session, session.begin(), pytest.raises(Exception, match="no"):
        attempt(session, lose_a_deadlock)
