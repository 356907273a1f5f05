"""Lets a person say what became of a message whose outcome nobody knew."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.deciding.kept import message_events
from journeys.contact.sending.unknown_outcomes import close_tasks
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Invalid, Missing, Problem
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.foundation.words import N_
from journeys.store.contact import Message
from journeys.store.events import emit_from


def settle(session: Session, act: Act, message_id: int, has_arrived: bool) -> Message:
    """Return the message: accepted when it did arrive, else planned anew, with the caps and everything looked at
    again."""
    patient = session.scalar(select(Message.patient_id).where(Message.id == message_id))
    if patient is None:
        raise Missing(f"There is no message {message_id}")
    lock_lanes(session, [lane_of(patient)])
    message = session.scalars(select(Message).where(Message.id == message_id).with_for_update()).one()
    if message.status != "unknown":
        raise Invalid([Problem("status", N_("It is known what became of this message"))])
    message.reasons = []
    message.claim = message.not_before = None
    if has_arrived:
        message.status = "accepted"
        message.sent_at = message.counted_at or act.now
        session.flush()
        emit_from(session, act, "message.sent", message_events([message_id], Message.channel))
    else:
        message.status = "planned"
        message.counted_at = None
        if message.template_version_id is not None:
            # filled anew when it goes: what it said may no longer be so
            message.subject = None
            message.body = None
        ring_after_commit(session, "plan")
    session.flush()
    close_tasks(session, act, [message_id])
    audit.note(session, "U", "message", [message_id], [patient], {"arrived": has_arrived})
    return message
