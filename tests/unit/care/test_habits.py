"""How a patient answers and comes, of the last year alone; what guidelines ask for waits among the next steps."""

import datetime as dt

from sqlalchemy.orm import Session

from journeys.care.record.habits import answering, coming
from journeys.care.record.next_steps import MOST, next_steps
from journeys.store.access import Appointment
from journeys.store.due import DueItem
from journeys.store.plans import CarePlan, CarePlanActivity
from journeys.store.tasks import Task, TaskQueue
from tests.make import NOON, added, message, person

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
SINCE = NOON - 365 * DAY


def test_the_channel_that_is_answered_comes_first(session: Session) -> None:
    patient, other = person(session), person(session, sms=None)
    sent = {"status": "delivered", "sent_at": NOON - DAY, "planned_at": NOON - DAY}
    answered = {**sent, "answered_at": NOON}
    for facts in (
        {**sent, "channel": "email"},
        {**sent, "channel": "email"},
        {**answered, "channel": "sms"},
        {**answered, "channel": "letter", "planned_at": NOON - 400 * DAY},
        {"status": "held", "reasons": ["NO_CONSENT"], "planned_at": NOON - 2 * DAY},
        {"status": "received", "direction": "inbound", "channel": "sms"},
    ):
        message(session, patient, None, **facts)
    message(session, other, None, **answered, channel="email")
    found = answering(session, patient.id, SINCE)
    assert [(each.channel, each.sent, each.answered, each.failed) for each in found] == [
        ("sms", 1, 1, 0),
        ("", 0, 0, 1),
        ("email", 2, 0, 0),
    ]
    assert (found[0].answered_at, found[1].failed_at) == (NOON, NOON - 2 * DAY)


def test_appointments_are_counted_by_how_they_ended(session: Session) -> None:
    patient = person(session)
    for status, days in (("noshow", 3), ("noshow", 90), ("noshow", 500), ("fulfilled", 9), ("booked", -2)):
        session.add(Appointment(patient_id=patient.id, status=status, start_at=NOON - days * DAY))
    session.flush()
    found = coming(session, patient.id, SINCE, NOON)
    assert [(each.status, each.number, each.last_at) for each in found] == [
        ("fulfilled", 1, NOON - 9 * DAY),
        ("noshow", 2, NOON - 3 * DAY),
    ]


def test_what_is_due_waits_until_it_is_closed(session: Session) -> None:
    patient = person(session)
    given = {"reason": "anchor", "severity": "high", "queue": "recall", "opened_at": NOON, "status_at": NOON}
    recalled = {"recalled_at": NOON, "recalled_by": "user:nina", "patient_id": patient.id, **given}
    for status, days, ended in (("overdue", 5, {}), ("not-due", -90, {}), ("due", 1, {"outcome": "done"})):
        on = (NOON - days * DAY).date()
        closed = {"closed_at": NOON, **ended} if ended else {}
        session.add(DueItem(status=status, due_on=on, opens_on=on, overdue_on=on, **recalled, **closed))
    session.flush()
    assert [(each.kind, each.status, each.is_late(NOON)) for each in next_steps(session, patient.id, NOON)] == [
        ("due", "overdue", True)
    ]


def test_days_are_those_of_the_patient(session: Session) -> None:
    patient = person(session, time_zone="America/Los_Angeles")
    queue = added(session, TaskQueue(slug="recall", name={"en": "Recall"}))
    given = {"reason": "anchor", "severity": "high", "queue": queue.slug, "opened_at": NOON, "status_at": NOON}
    recalled = {"recalled_at": NOON, "recalled_by": "user:nina", "patient_id": patient.id, **given}
    evening = dt.datetime(2026, 3, 4, 5, tzinfo=dt.UTC)
    today, tomorrow = dt.date(2026, 3, 3), dt.date(2026, 3, 4)
    session.add(DueItem(status="due", due_on=today, opens_on=today, overdue_on=today + 30 * DAY, **recalled))
    plan = added(session, CarePlan(patient_id=patient.id, status="active"))
    about = {"care_plan_id": plan.id, "patient_id": patient.id, "display": "Review", "status": "scheduled"}
    session.add_all(CarePlanActivity(position=day.day, due_on=day, **about) for day in (tomorrow, today, today - DAY))
    session.flush()
    steps = next_steps(session, patient.id, evening)
    assert [(each.kind, each.on, each.is_late(evening)) for each in steps] == [
        ("care-plan-activity", today - DAY, True),
        ("care-plan-activity", today, False),
        ("due", today, False),
        ("care-plan-activity", tomorrow, False),
    ]
    assert steps[2].queue == {"en": "Recall"}
    assert steps[1].is_late(evening + 3 * HOUR)


def test_of_many_the_soonest_are_kept(session: Session) -> None:
    patient = person(session)
    queue = added(session, TaskQueue(slug="recall", name={"en": "Recall"}))
    about = {"patient_id": patient.id, "queue_id": queue.id, "outcomes": [], "created_at": NOON, "title": {"en": "x"}}
    session.add_all(Task(**about, due_at=NOON + days * DAY) for days in range(MOST + 10, 0, -1))
    session.flush()
    found = next_steps(session, patient.id, NOON)
    assert [each.by for each in found] == [NOON + days * DAY for days in range(1, MOST + 1)]
