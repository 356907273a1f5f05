"""Journeys about something due: one enrolment for each due item, which ends when it asks for nothing any more."""

import datetime as dt

import pytest
from sqlalchemy import update

from journeys.store.due import DueItem
from journeys.store.enrolments import Enrolment
from tests.unit.flow.clinic import START, a_journey, a_step, publish_plain, say

pytestmark = pytest.mark.store

TODAY = START.date()
OVERDUE = {"field": "status", "is": "is", "value": "overdue"}
NOT_ASKING = {
    "field": "focus",
    "of": {"attribute": "status"},
    "is": "none_of",
    "value": ["soon-due", "due", "overdue"],
}
STEPS = {
    "before": a_step("wait", "end", until={"focus": "overdue_on", "plus": {"days": 30}, "at": "10:00"}),
    "end": a_step("end"),
}


def recalls(session, act, patient, *days):
    """Recalls that were due so many days ago."""
    made = [
        DueItem(
            patient_id=patient,
            status="overdue",
            reason="recalled",
            severity="moderate",
            queue="recall",
            opens_on=TODAY - dt.timedelta(days=each + 28),
            due_on=TODAY - dt.timedelta(days=each),
            overdue_on=TODAY - dt.timedelta(days=each),
            opened_at=act.now,
            status_at=act.now,
            recalled_at=act.now,
            recalled_by="rosa",
        )
        for each in days
    ]
    session.add_all(made)
    session.flush()
    return [item.id for item in made]


def close(session, act, item):
    session.execute(update(DueItem).where(DueItem.id == item).values(closed_at=act.now, outcome="done"))


def in_force(clinic):
    content = {"format": 1, "name": say("Overdue"), "rule": {"happened": "due_item", "where": [OVERDUE]}}
    clinic.do(publish_plain, "segment", "overdue", {**content, "focus": {"kind": "due_item", "where": [OVERDUE]}})
    exits = [{"name": say("Nothing due"), "rule": NOT_ASKING}]
    head = {"focus": "due_item", "reentry": {"allowed": "per-focus"}, "exits": exits}
    clinic.publish(a_journey(STEPS, entry={"segment": "overdue"}, **head))


def test_one_enrolment_for_each_due_item_and_once(clinic):
    in_force(clinic)
    [patient] = clinic.people()
    first, second = clinic.do(recalls, patient, 3, 14)
    assert (clinic.enrol(), clinic.enrol()) == (2, 0)
    rows = clinic.all(Enrolment)
    assert [(row.focus_kind, row.focus_id) for row in rows] == [("due_item", first), ("due_item", second)]
    # 30 days after it was overdue, at ten in New York, where summer time has begun
    assert rows[0].due_at == dt.datetime.combine(TODAY + dt.timedelta(days=27), dt.time(14), dt.UTC)
    [third] = clinic.do(recalls, patient, 20)
    assert clinic.enrol() == 1
    assert [row.focus_id for row in clinic.all(Enrolment)] == [first, second, third]


def test_what_has_ended_lets_nobody_in_and_ends_its_own_journey(clinic):
    in_force(clinic)
    [patient] = clinic.people()
    first, second = clinic.do(recalls, patient, 3, 14)
    clinic.do(close, first)
    assert clinic.enrol() == 1
    [third] = clinic.do(recalls, patient, 5)
    assert clinic.enrol() == 1
    clinic.do(close, third)
    clinic.pass_time(days=60)
    rows = {row.focus_id: row.status for row in clinic.all(Enrolment)}
    assert rows == {second: "completed", third: "revoked"}


def test_an_event_of_what_is_due_lets_in_about_its_item(clinic):
    head = {"focus": "due_item", "reentry": {"allowed": "per-focus"}}
    entry = {"event": "due.overdue", "where": {"code": ["bp-review"]}}
    exits = [{"name": say("Done"), "event": "due.satisfied"}]
    clinic.publish(a_journey(STEPS, entry=entry, exits=exits, **head))
    [patient] = clinic.people()
    first, second = clinic.do(recalls, patient, 3, 14)
    for item in (first, second, first):
        clinic.happen("due.overdue", patient, subject_kind="due_item", subject_id=item, code="bp-review")
    clinic.happen("due.satisfied", patient, subject_kind="due_item", subject_id=second, code="bp-review")
    assert {row.focus_id: row.status for row in clinic.all(Enrolment)} == {first: "active", second: "revoked"}
