"""How a patient answers and comes: messages by channel, appointments by how they ended, since a day. Two statements."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.foundation.database import PREPARED
from journeys.store.access import Appointment
from journeys.store.contact import Message

REACHED = ("accepted", "delivered")
NOT_REACHED = ("held", "undeliverable", "unknown", "not-done")
MISSED = "noshow"


@dataclass(frozen=True)
class Answering:
    """The messages of one channel: how many went, were answered, did not arrive, and when the last of each was."""

    channel: str
    sent: int
    answered: int
    answered_at: dt.datetime | None
    failed: int
    failed_at: dt.datetime | None


@dataclass(frozen=True)
class Coming:
    """Appointments that ended one way: how many, and the last."""

    status: str
    number: int
    last_at: dt.datetime | None


def answering(session: Session, patient_id: int, since: dt.datetime) -> list[Answering]:
    """By channel, the one that is answered most first; as the field `resolving_channel` counts."""
    answered = Message.answered_at.is_not(None)
    failed = Message.status.in_(NOT_REACHED)
    at = func.coalesce(Message.sent_at, Message.decided_at, Message.planned_at)
    channel = func.coalesce(Message.channel, "").label("channel")
    numbers = func.count().filter(answered), func.max(Message.answered_at)
    rows = session.execute(
        select(
            channel,
            func.count().filter(Message.status.in_(REACHED)),
            *numbers,
            func.count().filter(failed),
            func.max(at).filter(failed),
        )
        .where(Message.patient_id == patient_id, Message.direction == "outbound", Message.planned_at >= since)
        .group_by(channel)
        .order_by(numbers[0].desc(), numbers[1].desc().nulls_last(), channel)
        .execution_options(**PREPARED)
    )
    return [Answering(*row) for row in rows]


def coming(session: Session, patient_id: int, since: dt.datetime, now: dt.datetime) -> list[Coming]:
    """By how appointments of the past ended."""
    rows = session.execute(
        select(Appointment.status, func.count(), func.max(Appointment.start_at))
        .where(Appointment.patient_id == patient_id, Appointment.start_at >= since, Appointment.start_at <= now)
        .group_by(Appointment.status)
        .order_by(Appointment.status)
        .execution_options(**PREPARED)
    )
    return [Coming(*row) for row in rows]
