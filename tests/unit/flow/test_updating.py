"""Custom fields that journeys write: only what is open to them, once, with the past kept, seen by all that follows."""

import pytest
from sqlalchemy import func, select

from journeys.criteria.custom.publish_field import publish_field
from journeys.criteria.custom.read_custom_values import read_custom_values
from journeys.criteria.custom.retire_field import retire_field
from journeys.criteria.custom.set_custom_values import set_custom_values
from journeys.criteria.facts.catch_up import catch_up
from journeys.criteria.facts.facts import read_facts
from journeys.criteria.facts.members import is_on_facts, members
from journeys.criteria.facts.promote import promote
from journeys.criteria.known import known
from journeys.criteria.publish_segment import publish_segment
from journeys.flow.running.setbacks import setbacks
from journeys.flow.running.try_again import try_again
from journeys.flow.seeing.patient_journeys import patient_journeys
from journeys.flow.seeing.why import why
from journeys.foundation.errors import Invalid
from journeys.store.access import Appointment
from journeys.store.custom_values import CustomValue
from journeys.store.enrolments import Enrolment
from journeys.store.events import Event
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import FIELD, SEGMENT, find
from journeys.store.putting_in_force.save_draft import save_draft
from tests import make
from tests.unit.criteria.custom import made
from tests.unit.flow.clinic import START, a_journey, a_step

pytestmark = pytest.mark.store

OPEN = {**made.EVERYBODY, "journeys": True}
MARKS = {
    "mark": a_step("update", "ask", field="custom.smoking", value="never"),
    "ask": a_step(
        "branch",
        {"so": "end", "otherwise": "lost"},
        branches=[{"port": "so", "rule": {"field": "custom.smoking", "is": "is", "value": "never"}}],
    ),
    "end": a_step("end"),
    "lost": a_step("end", reason="lost"),
}


WAITS = {"pause": a_step("wait", "end", for_={"days": 1}), "end": a_step("end")}


def put_in_force(clinic, slug="smoking", kind="choice", **more):
    """A field in force, in the place of the one that is there."""
    clinic.do(lambda session, _: made.publish(session, slug, kind, **{"edit": OPEN, **more}))


def an_appointment(session, _, patient_id):
    facts = {"patient_id": patient_id, "status": "booked", "start_at": START + made.DAY}
    return make.added(session, Appointment(**facts)).id


def values(clinic, **facts):
    return [row.value_code for row in clinic.all(CustomValue, until_at=None, **facts)]


def test_what_follows_sees_what_was_written(clinic):
    put_in_force(clinic)
    clinic.publish(a_journey(MARKS))
    clinic.people(3)
    clinic.enrol()
    clinic.run()
    assert {row.ended_reason for row in clinic.all(Enrolment)} == {"completed"}
    assert clinic.walked().count("ask>so") == 3
    assert values(clinic) == ["never"] * 3


def test_facts_and_their_members_follow_in_the_same_transaction(clinic, database):
    put_in_force(clinic)
    clinic.publish(a_journey(MARKS))
    never = {"field": "custom.smoking", "is": "is", "value": "never"}
    content = {"format": 1, "name": {"en": "x"}, "description": {}, "rule": never, "focus": None}
    clinic.do(lambda session, doing: save_draft(session, doing, SEGMENT, "never", {"en": "x"}, content))
    clinic.do(publish_segment, "never")
    before, after = clinic.people(2)
    clinic.do(set_custom_values, "patient", before, {"smoking": "never"}, roles=made.STAFF)
    clinic.do(catch_up)
    while promote(clinic.house, database.owner_url, clinic.act()):
        pass

    def found():
        with clinic.sessions() as session:
            names, facts = known(session), read_facts(session)
            assert is_on_facts(never, names, facts)
            return set(session.scalars(members(never, clinic.now, names, facts)))

    assert found() == {before}
    clinic.enrol()
    clinic.advance()
    assert found() == {before, after}
    clinic.do(catch_up)
    assert found() == {before, after}
    # nobody hears of what stayed as it was
    assert [row.patient_id for row in clinic.all(Event, kind="patient.changed")] == [before, after]


def test_a_journey_that_writes_what_is_closed_to_it_is_not_published(clinic):
    put_in_force(clinic, edit=made.EVERYBODY)
    with pytest.raises(Invalid) as refused:
        clinic.publish(a_journey(MARKS))
    assert [problem.where for problem in refused.value.problems] == ["steps.mark.config.field"]


WRONG = {
    "a choice that there is not": ("choice", {"value": "often"}, "value"),
    "no number": ("number", {"value": "many"}, "value"),
    "a day that there is not": ("date", {"value": "2026-02-30"}, "value"),
    "a text": ("text", {"value": "hello"}, "field"),
    "somebody": ("reference", {"value": "main"}, "field"),
    "a tag where there is one choice": ("choice", {"action": "add", "value": "never"}, "field"),
    "a day as a number": ("number", {"action": "today"}, "field"),
    "the same tag twice": ("many-choices", {"action": "add", "value": "never, tomorrow"}, "value"),
}


@pytest.mark.parametrize(("kind", "config", "place"), WRONG.values(), ids=WRONG)
def test_what_does_not_fit_is_said_where_it_was_typed(clinic, kind, config, place):
    put_in_force(clinic, kind=kind)
    steps = {"mark": a_step("update", "end", field="custom.smoking", **config), "end": a_step("end")}
    with pytest.raises(Invalid) as refused:
        clinic.publish(a_journey(steps))
    assert [problem.where for problem in refused.value.problems] == [f"steps.mark.config.{place}"]


def test_a_counted_day_has_no_bounds_to_pass(clinic):
    put_in_force(clinic, kind="date", maximum="2030-01-01")
    steps = {"mark": a_step("update", "end", field="custom.smoking", action="today"), "end": a_step("end")}
    with pytest.raises(Invalid, match="first or last possible day"):
        clinic.publish(a_journey(steps))


SINCE = {
    "closed to journeys": ({"edit": made.EVERYBODY}, "FieldClosedToJourneys"),
    "without the choice": ({"choices": made.SMOKING[1:]}, "FieldChanged"),
}


@pytest.mark.parametrize(("more", "error"), SINCE.values(), ids=SINCE)
def test_what_was_changed_since_is_not_written_and_the_reason_is_seen(clinic, more, error):
    put_in_force(clinic)
    clinic.publish(a_journey({"pause": a_step("wait", "mark", for_={"days": 1}), **MARKS}))
    clinic.people(2)
    clinic.enrol()
    clinic.run()
    put_in_force(clinic, **more)
    clinic.pass_time(days=1)
    [found] = clinic.do(setbacks)
    assert (found.step, found.error, found.count) == ("mark", error, 2)
    assert values(clinic) == []
    assert {row.status for row in clinic.all(Enrolment)} == {"on-hold"}
    first = clinic.all(Enrolment)[0]
    last = clinic.do(why, first.uid)[-1]
    assert (last.says % last.data).endswith(f"set aside, because it failed ({error})")
    [patient] = clinic.all(Patient, id=first.patient_id)
    assert [each.failed for each in clinic.do(patient_journeys, patient.uid).inside] == [error]
    put_in_force(clinic)
    assert clinic.do(try_again, found.version_id, found.step, found.error) == 2
    clinic.run()
    assert values(clinic) == ["never"] * 2
    assert {row.status for row in clinic.all(Enrolment)} == {"completed"}


def test_a_field_that_was_retired_by_force_is_not_written(clinic):
    put_in_force(clinic)
    clinic.publish(a_journey({"pause": a_step("wait", "mark", for_={"days": 1}), **MARKS}))
    clinic.people()
    clinic.enrol()
    with pytest.raises(Invalid, match="It is used in the journey journey"):
        clinic.do(retire_field, "smoking")
    clinic.do(lambda session, _: setattr(find(session, FIELD, "smoking"), "status", "retired"))
    clinic.pass_time(days=1)
    assert [each.error for each in clinic.do(setbacks)] == ["FieldRetired"]
    assert values(clinic) == []


def test_its_type_cannot_change_while_patients_walk_through_the_journey(clinic):
    put_in_force(clinic)
    clinic.publish(a_journey(MARKS))
    draft = made.content("text", edit=OPEN)
    clinic.do(lambda session, doing: save_draft(session, doing, FIELD, "smoking", {"en": "x"}, draft))
    with pytest.raises(Invalid, match="It is used in the journey journey"):
        clinic.do(publish_field, "smoking")


def test_several_enrolments_of_one_patient_write_once(clinic):
    put_in_force(clinic)
    about = {"focus": "appointment", "entry": {"event": "appointment.changed"}, "reentry": {"allowed": "per-focus"}}
    clinic.publish(a_journey(MARKS, **about))
    [patient] = clinic.people()
    for _ in range(2):
        record = clinic.do(an_appointment, patient)
        clinic.happen("appointment.changed", patient, subject_kind="appointment", subject_id=record)
    assert len(clinic.all(Enrolment)) == 2
    clinic.run()
    assert len(clinic.all(CustomValue, patient_id=patient)) == 1
    assert len(clinic.all(Event, kind="patient.changed")) == 1


def test_as_many_statements_for_many_as_for_one(clinic):
    put_in_force(clinic)
    counts = []
    for people in (1, 40):
        clinic.publish(a_journey(MARKS), f"of-{people}")
        clinic.people(people)
        clinic.enrol(f"of-{people}")
        clinic.do(lambda session, _: None)
        clinic.advance()
        counts.append(len(clinic.statements))
        clinic.run()
    assert counts[0] == counts[1]
    with clinic.sessions() as session:
        assert session.scalar(select(func.count()).select_from(CustomValue)) == 41


def test_the_why_names_the_field_and_not_the_value(clinic):
    put_in_force(clinic)
    steps = {"mark": a_step("update", "pause", field="custom.smoking", value="never"), **WAITS}
    clinic.publish(a_journey(steps))
    clinic.people()
    clinic.enrol()
    clinic.run()
    lines = [(line.says, line.data) for line in clinic.do(why, clinic.enrolment().uid)]
    [written] = [data for says, data in lines if "field" in says]
    assert written == {"step": {"en": "mark"}, "port": "next", "field": {"en": "A choice", "es": "Un choice"}}


def test_staff_read_what_a_journey_wrote(clinic):
    put_in_force(clinic)
    clinic.publish(a_journey(MARKS))
    [patient] = clinic.people()
    clinic.enrol()
    clinic.run()
    read = clinic.do(read_custom_values, "patient", [patient], roles=made.STAFF)
    assert read == {patient: {"smoking": "never"}}
