"""Writes down what a provider says of a message that nobody knew about."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.channels.base import Outcome
from journeys.contact.deciding.kept import message_events
from journeys.contact.sending.settle import settle
from journeys.contact.sending.unknown_outcomes import ask_about
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.contact import Message
from journeys.store.events import emit_from

ASK_AGAIN = dt.timedelta(minutes=5)
LONG_ENOUGH = dt.timedelta(hours=1)
"""A provider that has said nothing for so long is asked no more: a person is."""


def record_lookup(session: Session, act: Act, outcome: Outcome) -> str:
    """The status that the message has now. What was settled meanwhile, by a report or a person, stays."""
    patient = session.scalar(select(Message.patient_id).where(Message.id == outcome.message_id))
    lock_lanes(session, [] if patient is None else [lane_of(patient)])
    message = session.scalars(select(Message).where(Message.id == outcome.message_id).with_for_update()).one()
    if message.status != "unknown" or message.not_before is None:
        audit.nothing_happened(session)
        return message.status
    if outcome.result == "unknown":
        ask_later(session, act, message)
        return message.status
    has_arrived = outcome.result == "accepted"
    if has_arrived:
        message.provider_reference = outcome.reference
        message.parts, message.cost, message.error = outcome.parts, outcome.cost, None
    return settle(session, act, message.id, has_arrived).status


def ask_later(session: Session, act: Act, message: Message) -> None:
    """Ask the provider again in a while; a person, once that was long enough."""
    since = message.counted_at or message.planned_at
    if act.now - since < LONG_ENOUGH:
        message.not_before = act.now + ASK_AGAIN
        audit.note(session, "U", "message", [message.id], [message.patient_id], {"lookup": "unknown"})
        return
    message.not_before = None
    session.flush()
    emit_from(session, act, "message.held", message_events([message.id], Message.reasons[1]))
    ask_about(session, act, [message.id])
    audit.note(session, "U", "message", [message.id], [message.patient_id], {"lookup": "given up"})
