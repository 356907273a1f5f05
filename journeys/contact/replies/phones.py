"""The simulated phones on which something arrived, the newest first, a page at a time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from journeys.contact.replies.phone import CHANNEL
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.contact import Message
from journeys.store.lists.keyset import BEGINNING, CAP, Order, Place, stretch
from journeys.store.people import Patient

ARRIVED = ("accepted", "delivered", "received")


@dataclass(frozen=True)
class Ringing:
    """One phone: whose it is, how many messages are on it (counted up to `keyset.CAP`), when the last one arrived.

    `message_id` is that last message: where the next page begins.
    """

    patient: Patient
    message_id: int
    messages: int
    last: dt.datetime


@dataclass(frozen=True)
class PhonePage:
    """One page of phones, and whether there are others before and after it."""

    phones: list[Ringing]
    has_previous: bool
    has_next: bool
    is_lost: bool


def phones(session: Session, act: Act, place: Place = BEGINNING, size: int = 25) -> PhonePage:
    """The page that begins at `place`, in the act's scope. The audit keeps whose phones were shown."""
    page = stretch(session, last_messages(), Order(Message.id, Message.planned_at, is_descending=True), place, size)
    shown = [Ringing(patient, number, count, last) for patient, number, count, last in page.rows]
    ids = [each.patient.id for each in shown]
    audit.note(session, "R", "patient", ids, ids, {"list": "phones"})
    return PhonePage(shown, page.has_previous, page.has_next, page.is_lost)


def last_messages() -> Select:
    """The last message of every phone with its patient: none was planned, or came, after it."""
    later, each = aliased(Message), aliased(Message)
    came_after = exists().where(
        later.patient_id == Message.patient_id,
        tuple_(later.planned_at, later.id) > tuple_(Message.planned_at, Message.id),
        *arrived(later),
    )
    some = select(each.id).where(each.patient_id == Message.patient_id, *arrived(each)).limit(CAP)
    count = select(func.count()).select_from(some.correlate(Message).lateral()).scalar_subquery()
    return (
        select(Patient, Message.id, count, func.coalesce(Message.sent_at, Message.planned_at))
        .join(Message, Message.patient_id == Patient.id)
        .where(*arrived(Message), ~came_after)
    )


def arrived(message: type[Message]) -> list:
    """Whether a message is on the simulated phone of a patient."""
    return [message.channel == CHANNEL, message.status.in_(ARRIVED), message.recipient_id.is_(None)]
