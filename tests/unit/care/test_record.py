"""What stands beside the timeline: next steps in their order, values over a time, the care team, notes, layouts."""

import datetime as dt
import uuid
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from journeys.care.record.care_team import care_team
from journeys.care.record.check_layout import layout_problems
from journeys.care.record.courses import courses
from journeys.care.record.layout import CARDS, layout_of
from journeys.care.record.next_steps import next_steps
from journeys.care.record.write_note import LONGEST, write_note
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.foundation.audit import AuditEntry
from journeys.foundation.database import OWNER, connect, sessions
from journeys.foundation.errors import Invalid, Missing
from journeys.store.access import Appointment
from journeys.store.clinical import Encounter, Note, Observation
from journeys.store.organisation import Practitioner
from journeys.store.people import Patient
from journeys.store.plans import CarePlan, CarePlanActivity, Request
from journeys.store.referrals import Referral
from journeys.store.tasks import Task, TaskQueue
from tests.make import NOON, added, branch, person

DAY = dt.timedelta(days=1)
LOINC = "http://loinc.org"
DOING = Act(NOON, "user:nina", EVERYWHERE)
LAYOUT: dict[str, Any] = {
    "format": 1,
    "name": {"en": "Patient page"},
    "courses": {
        "blood-pressure": {
            "name": {"en": "Blood pressure"},
            "lines": [
                {"system": LOINC, "code": "8480-6", "name": {"en": "Systolic"}, "at_most": 140},
                {"system": LOINC, "code": "8462-4", "name": {"en": "Diastolic"}, "at_least": 50, "at_most": 90},
            ],
        },
        "weight": {
            "name": {"en": "Weight"},
            "lines": [{"system": LOINC, "code": "29463-7", "name": {"en": "Weight"}}],
        },
    },
    "roles": {
        "everyone": {"cards": ["timeline", "steps"], "courses": ["blood-pressure"], "alerts": ["interpreter"]},
        "staff": {"cards": ["person"], "fields": ["mood"]},
    },
}


def measured(session: Session, patient: Patient, code: str, value: float, days: int, **facts: Any) -> None:
    """A value, so many days ago."""
    given = {"status": "final", "code_system": LOINC, "value_unit": "mm[Hg]", **facts}
    at = NOON - days * DAY
    session.add(Observation(patient_id=patient.id, code=code, value_number=value, effective_at=at, **given))


def test_what_is_next_comes_first_and_a_journey_that_waits_last(session: Session) -> None:
    patient, other = person(session), person(session, sms=None)
    queue = added(session, TaskQueue(slug="recall", name={"en": "Recall"}))
    about = {"patient_id": patient.id, "queue_id": queue.id, "outcomes": [], "created_at": NOON}
    session.add(Task(**about, title={"en": "Call"}, due_at=NOON + 2 * DAY))
    session.add(Task(**about, title={"en": "No day"}, owner="nina"))
    done = {"status": "completed", "completed_at": NOON, "completed_by": "nina"}
    session.add(Task(**about, title={"en": "Done"}, due_at=NOON, **done))
    session.add(Task(**{**about, "patient_id": other.id}, title={"en": "Another's"}, due_at=NOON))
    session.add(Referral(patient_id=patient.id, status="sent", display="Cardiology", due_at=NOON - DAY))
    session.add(Referral(patient_id=patient.id, status="cancelled", display="Eyes", due_at=NOON - DAY))
    session.add(Request(patient_id=patient.id, kind="result", status="active", received_at=NOON))
    for status, days in (("booked", 5), ("cancelled", 1), ("fulfilled", -3), ("booked", -4)):
        at = NOON + days * DAY
        session.add(Appointment(patient_id=patient.id, status=status, start_at=at, display="Check-up"))
    plan = added(session, CarePlan(patient_id=patient.id, status="active"))
    on = (NOON + 3 * DAY).date()
    facts = {"care_plan_id": plan.id, "patient_id": patient.id, "display": "Review", "due_on": on}
    session.add(CarePlanActivity(position=1, status="scheduled", **facts))
    session.add(CarePlanActivity(position=2, status="completed", **facts))
    session.flush()
    steps = next_steps(session, patient.id, NOON)
    told = [(each.kind, each.words or (each.texts or {}).get("en"), each.owner) for each in steps]
    assert told == [
        ("referral", "Cardiology", None),
        ("task", "Call", None),
        ("care-plan-activity", "Review", None),
        ("appointment", "Check-up", None),
        ("request", "result", None),
        ("task", "No day", "nina"),
    ]
    assert [each.is_late(NOON) for each in steps] == [True, False, False, False, False, False]
    assert steps[1].queue == {"en": "Recall"}


def test_values_are_drawn_in_their_order_and_marked_out_of_bounds(session: Session) -> None:
    wanted = layout_of(LAYOUT, ["nobody"]).courses
    patient = person(session)
    for days, systolic, diastolic in ((400, 150, 80), (30, 141, 90), (200, 140, 49)):
        measured(session, patient, "8480-6", systolic, days)
        measured(session, patient, "8462-4", diastolic, days)
    measured(session, patient, "8480-6", 300, 5, status="entered-in-error")
    measured(session, patient, "8480-6", 300, 5, code_system="urn:other")
    measured(session, patient, "29463-7", 80, 5)
    session.flush()
    found = courses(session, patient.id, wanted, NOON - 365 * DAY, NOON)
    nothing = courses(session, patient.id, (), NOON - 365 * DAY, NOON)
    drawn = {
        each.line.code: [(reading.value, reading.is_outside) for reading in each.readings] for each in found[0].drawn
    }
    assert [each.of.slug for each in found] == ["blood-pressure"]
    assert drawn == {"8480-6": [(140, False), (141, True)], "8462-4": [(49, True), (90, False)]}
    assert nothing == []


def test_the_care_team_is_who_is_to_come_and_who_was_last(session: Session) -> None:
    patient = person(session)
    adler, brandt, cole = (added(session, Practitioner(name=name)) for name in ("Adler", "Brandt", "Cole"))
    for who, days, status in ((adler, 30, "finished"), (adler, 90, "finished"), (brandt, 10, "finished")):
        at = NOON - days * DAY
        session.add(Encounter(patient_id=patient.id, status=status, start_at=at, practitioner_id=who.id))
    lost = NOON - DAY
    session.add(Encounter(patient_id=patient.id, status="cancelled", start_at=lost, practitioner_id=cole.id))
    ahead = NOON + DAY
    session.add(Appointment(patient_id=patient.id, status="booked", start_at=ahead, practitioner_id=adler.id))
    session.add(Appointment(patient_id=patient.id, status="cancelled", start_at=ahead, practitioner_id=cole.id))
    session.flush()
    team = care_team(session, patient.id, NOON)
    assert [(each.name, each.visits, each.next_at) for each in team] == [("Adler", 2, ahead), ("Brandt", 1, None)]


def test_a_note_is_sealed_audited_and_never_empty(engine: Engine) -> None:
    house = House(sessions(engine))
    with Session(engine) as session, session.begin():
        uid = person(session, at=branch(session)).uid
    note = act(house, DOING, write_note, uid, "  Likes mornings\r\nand tea ")
    with Session(engine) as session:
        row = session.scalars(select(Note)).one()
        assert (row.id, row.text, row.written_by, row.written_at) == (
            note.id,
            "Likes mornings\nand tea",
            DOING.by,
            NOON,
        )
        assert b"mornings" not in row.text_sealed
    owner = connect(engine.url.render_as_string(hide_password=False), OWNER)
    with Session(owner) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.subject == "note")).one()
        assert (entry.action, entry.subject_ids) == ("C", [note.id])
    owner.dispose()
    for wrong in (" \n", "x" * (LONGEST + 1)):
        with pytest.raises(Invalid):
            act(house, DOING, write_note, uid, wrong)
    with pytest.raises(Missing):
        act(house, DOING, write_note, uuid.uuid4(), "x")


def test_a_role_sees_what_was_arranged_for_it() -> None:
    assert layout_problems(LAYOUT) == []
    everyone, staff = layout_of(LAYOUT, ["administrator"]), layout_of(LAYOUT, ["zoo", "staff"])
    assert (everyone.cards, everyone.alerts) == (("timeline", "steps"), ("interpreter",))
    assert [each.slug for each in everyone.courses] == ["blood-pressure"]
    assert (staff.cards, staff.fields) == (("person",), ("mood",))
    assert [each.slug for each in staff.courses] == ["blood-pressure", "weight"]
    assert layout_of({}, ["staff"]).cards == tuple(CARDS)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"format": 2}, "format"),
        ({"color": "red"}, "color"),
        ({"roles": []}, "roles"),
        ({"roles": {"staff": {"cards": ["moon"]}}}, "roles.staff.cards.0"),
        ({"roles": {"staff": {"cards": ["team", "team"]}}}, "roles.staff.cards.1"),
        ({"roles": {"staff": {"courses": ["pulse"]}}}, "roles.staff.courses.0"),
        ({"roles": {"staff": {"alerts": "x"}}}, "roles.staff.alerts"),
        ({"roles": {"staff": []}}, "roles.staff"),
        ({"courses": {"Pulse!": {"name": {"en": "x"}, "lines": [{}]}}}, "courses.Pulse!"),
        ({"courses": {"pulse": {"name": {"en": "x"}, "lines": []}}}, "courses.pulse.lines"),
        ({"courses": {"pulse": {"name": {}, "lines": [{}]}}}, "courses.pulse.name"),
        ({"courses": {"pulse": {"name": {"en": "x"}, "lines": [{"code": "1"}]}}}, "courses.pulse.lines.0.code"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(change: dict[str, Any], where: str) -> None:
    content = {**LAYOUT, "roles": {}, **change}
    assert where in {problem.where for problem in layout_problems(content)}


@pytest.mark.parametrize("bounds", [{"at_least": 5, "at_most": 4}, {"at_most": "x"}, {"at_least": True}])
def test_bounds_are_numbers_in_their_order(bounds: dict[str, Any]) -> None:
    line = {"system": LOINC, "code": "1", "name": {"en": "x"}, **bounds}
    content = {**LAYOUT, "roles": {}, "courses": {"pulse": {"name": {"en": "x"}, "lines": [line]}}}
    assert len(layout_problems(content)) == 1
