"""Messages about something due: they name its day, and are held once it asks for nothing any more."""

import datetime as dt

from sqlalchemy import select

from journeys.contact.deciding.plan import plan
from journeys.contact.texts.subjects import subjects_of
from journeys.foundation.acting import act
from journeys.store.contact import Message
from journeys.store.due import DueItem
from tests import make as a
from tests.make import NOON, an_act

DAY = dt.timedelta(days=1)
DUE_ON = dt.date(2026, 2, 10)


def due(session, patient, **facts):
    dates = dict.fromkeys(("opens_on", "due_on", "overdue_on"), DUE_ON)
    asked = {"opened_at": NOON - 60 * DAY, "recalled_at": NOON - 60 * DAY, "recalled_by": "test"}
    about = {"status": "overdue", "reason": "recalled", "severity": "moderate", "queue": "recall"}
    return a.added(
        session, DueItem(patient_id=patient.id, status_at=NOON - 20 * DAY, **dates, **asked, **about, **facts)
    )


def about(session, item, **facts):
    """A message to a person of their own, so that no cap speaks."""
    person = session.get_one(a.Patient, item.patient_id)
    a.consent(session, person)
    return a.message(session, person, a.template(session), focus_kind="due_item", focus_id=item.id, **facts)


def test_what_was_done_since_is_not_asked_for(make, house, read):
    with make.begin() as session:
        done = {"closed_at": NOON - DAY, "outcome": "satisfied"}
        people = [a.person(session) for _ in range(3)]
        about(session, due(session, people[0]), planned_at=NOON - 2 * DAY)
        about(session, due(session, people[1], **done), planned_at=NOON - 2 * DAY)
        # thanks, planned after it was done
        about(session, due(session, people[2], **done), planned_at=NOON)
    act(house, an_act(), plan)
    rows = read(select(Message.status, Message.reasons).order_by(Message.id))
    # the first reason; that there is no other address either is beside the point
    assert [(row.status, row.reasons[:1]) for row in rows] == [
        ("released", []),
        ("held", ["NO_LONGER_TRUE"]),
        ("released", []),
    ]


def test_the_day_on_which_it_is_due_can_be_said(make):
    with make.begin() as session:
        message = about(session, due(session, a.person(session)))
        assert subjects_of(session, {message.id: "en"})[message.id].due_on == DUE_ON
