"""Somebody says that nothing can be booked with a schedule for a while: an absence, a meeting."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import literal, select, update
from sqlalchemy.orm import Session, aliased

from journeys.access.schedules.finding import covers, schedule_to_change
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.access import AHEAD, Appointment
from journeys.store.scheduling import BLOCK_REASONS, Schedule, ScheduleBlock, Slot

LONGEST = dt.timedelta(days=400)


@dataclass(frozen=True)
class Blocked:
    """The block, and the ids of the appointments that lie in it: somebody has to move them or call them off."""

    block: ScheduleBlock
    appointments: list[int]


def block_schedule(
    session: Session, act: Act, schedule: uuid.UUID, start_at: dt.datetime, end_at: dt.datetime, reason: str
) -> Blocked:
    """Block the time, also in other schedules of the same person or room where the reason says so, and return what is
    booked in it, which stays. Invalid where it takes no time or is too long."""
    found = schedule_to_change(session, act, schedule)
    if not dt.timedelta() < end_at - start_at <= LONGEST:
        raise Invalid([Problem("end_at", N_("It has to end after it begins, within 400 days"))])
    if reason not in BLOCK_REASONS:
        raise Invalid([Problem("reason", N_("Choose one of those that are offered"))])
    block = ScheduleBlock(schedule_id=found.id, start_at=start_at, end_at=end_at, reason=reason)
    block.made_at, block.made_by = act.now, act.by
    session.add(block)
    session.flush()
    mine, other = aliased(Schedule), aliased(Schedule)
    blocked = select(other.id).join(mine, covers(literal(reason), mine, other)).where(mine.id == found.id)
    inside = (Slot.schedule_id.in_(blocked), Slot.start_at < end_at, Slot.end_at > start_at, Slot.block_id.is_(None))
    session.execute(update(Slot).where(*inside).values(block_id=block.id).execution_options(synchronize_session=False))
    booked = select(Appointment.id).where(
        Appointment.schedule_id.in_(blocked),
        Appointment.status.in_(AHEAD),
        Appointment.start_at < end_at,
        Appointment.end_at > start_at,
    )
    audit.note(session, "C", ScheduleBlock.__tablename__, [block.id], detail={"reason": reason})
    return Blocked(block, list(session.scalars(booked.order_by(Appointment.start_at, Appointment.id))))
