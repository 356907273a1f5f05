"""Who is asked first for a time that came free: golden cases, and what must never count."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from journeys.access.waitlist.keep_plan import keep_plan
from journeys.access.waitlist.plans import Plan
from journeys.store.access import Appointment
from journeys.store.organisation import Practitioner
from journeys.store.people import Patient
from journeys.store.waitlist import Backfill
from tests.make import added, branch
from tests.unit.access.conftest import Front, at, engine, front, session
from tests.unit.access.waiting import SOON, Waiting

__all__ = ["engine", "front", "session"]

pytestmark = pytest.mark.store


@pytest.fixture
def waiting(front: Front) -> Waiting:
    return Waiting(replace(front, now=at(8, day=dt.date(2026, 3, 3))))


def names(waiting: Waiting, entries: dict[str, Any], stretch: Backfill) -> list[str]:
    by_id = {entry.id: name for name, entry in entries.items()}
    return [by_id[each] for each in waiting.order(stretch)]


def test_the_order_is_urgency_then_weeks_then_how_often_they_were_asked_then_what_fits(waiting: Waiting) -> None:
    doctor = waiting.front.doctor.id
    entries = {
        "asked before": waiting.waits(16),
        "not asked yet": waiting.waits(15),
        "a week less": waiting.waits(12),
        "urgent since yesterday": waiting.waits(1, priority="urgent"),
        "a longer visit": waiting.waits(15, type="long"),
        "this very doctor": waiting.waits(15, practitioner_id=doctor),
        "now": waiting.waits(0.1, priority="stat"),
        "waits longest": waiting.waits(100),
    }
    entries["asked before"].asked = 1
    stretch = waiting.free(SOON, "long")
    assert names(waiting, entries, stretch) == [
        "now",
        "urgent since yesterday",
        "waits longest",
        "a longer visit",
        "this very doctor",
        "not asked yet",
        "asked before",
        "a week less",
    ]


def test_only_those_are_asked_whom_the_time_suits(waiting: Waiting) -> None:
    front = waiting.front
    other = added(front.session, Practitioner(name="Dr. Other"))
    elsewhere = branch(front.session, "elsewhere")
    busy = waiting.somebody()
    visit = Appointment(patient_id=front.session.scalars(select(Patient.id).where(Patient.uid == busy)).one())
    visit.status, visit.start_at, visit.end_at, visit.recorded_at = "booked", at(10, 30), at(11, 30), front.now
    front.session.add(visit)  # at another clinic
    wednesday = SOON.date()
    entries = {
        "any time": waiting.waits(50),
        "another doctor": waiting.waits(50, practitioner_id=other.id),
        "from the day after": waiting.waits(50, from_on=wednesday + dt.timedelta(days=1)),
        "until that day": waiting.waits(49, until_on=wednesday),
        "not on wednesdays": waiting.waits(50, weekdays=0b111_1011),
        "on wednesdays": waiting.waits(48, weekdays=0b000_0100),
        "from eleven on": waiting.waits(47, from_time=dt.time(11), until_time=dt.time(12)),
        "until eleven": waiting.waits(50, from_time=dt.time(9), until_time=dt.time(11)),
        "has a visit then": waiting.waits(50, patient=busy),
        "has an earlier one": earlier(waiting, at(9)),
        "has a later one": earlier(waiting, at(15)),
        "asked ten times": waiting.waits(50),
        "refused three times": waiting.waits(50),
        "asked this morning": waiting.waits(50),
        "has died": waiting.waits(50),
        "is no patient any more": waiting.waits(50),
    }
    entries["asked ten times"].asked, entries["refused three times"].refused = 10, 3
    entries["asked this morning"].last_asked_at = front.now - dt.timedelta(hours=23)
    waiting.patient(entries["has died"]).deceased = True
    waiting.patient(entries["is no patient any more"]).active = False
    far = replace(front, here=elsewhere)
    Waiting.waits(replace_front(waiting, far), 50)
    stretch = waiting.free(SOON)
    assert names(waiting, entries, stretch) == [
        "any time",
        "until that day",
        "on wednesdays",
        "from eleven on",
        "has a later one",
    ]


def replace_front(waiting: Waiting, front: Front) -> Waiting:
    """The same waitlist at another branch."""
    made: Waiting = object.__new__(Waiting)
    made.front = front
    return made


def earlier(waiting: Waiting, visit_at: dt.datetime) -> Any:
    """Somebody who has a visit then and waits for an earlier one."""
    patient = waiting.somebody()
    visit = waiting.front.book(visit_at, patient=patient)
    return waiting.waits(30, patient=patient, earlier_than=visit.uid)


def test_nothing_about_a_person_counts(waiting: Waiting) -> None:
    """What two people are changes nothing between them: whoever waits longer goes first, however they are."""
    facts: list[dict[str, Any]] = [
        {"language": "zh", "gender": "female", "birth_date": dt.date(1931, 1, 1), "payer_class": "public"},
        {"language": "en", "gender": "male", "birth_date": dt.date(1990, 1, 1), "payer_class": "insured"},
    ]
    for first, second in (facts, reversed(facts)):
        entries = {"longer": waiting.waits(15), "less": waiting.waits(14.5)}
        for name, values in zip(entries, (first, second), strict=True):
            patient: Patient = waiting.patient(entries[name])
            for column, value in values.items():
                setattr(patient, column, value)
        waiting.front.session.flush()
        stretch = waiting.free(SOON)
        found = [name for name in (each for each in waiting.order(stretch)) if name in {e.id for e in entries.values()}]
        assert found == [entries["longer"].id, entries["less"].id]
        for entry in entries.values():
            entry.status, entry.why, entry.ended_at, entry.ended_by = "withdrawn", "other", waiting.front.now, "test"
        stretch.status, stretch.ended_at, stretch.next_at = "desk", waiting.front.now, None
        waiting.front.session.flush()


@pytest.mark.parametrize(
    ("plan", "is_asked"),
    [
        (Plan(), True),
        (Plan(is_on=False), False),
        (Plan(until_minutes=27 * 60), False),
        (Plan(days_ahead=1), False),
        (Plan(most_offers=1), False),
        (Plan(rest_hours=30), False),
    ],
)
def test_the_plan_of_the_type_says_who_may_be_asked(waiting: Waiting, plan: Plan, is_asked: bool) -> None:
    entry = waiting.waits(20)
    entry.asked, entry.last_asked_at = 1, waiting.front.now - dt.timedelta(hours=25)
    waiting.front.do(keep_plan, "visit", plan)
    assert (waiting.order(waiting.free(SOON)) == [entry.id]) is is_asked
