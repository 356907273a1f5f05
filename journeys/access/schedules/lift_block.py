"""Somebody says that a schedule can be booked again in a time that was blocked."""

from __future__ import annotations

import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from journeys.access.schedules.finding import block_over_slot, refuse_others
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.words import N_
from journeys.store.scheduling import Schedule, ScheduleBlock, Slot


def lift_block(session: Session, act: Act, uid: uuid.UUID) -> ScheduleBlock:
    """End the block, which stays as what it was; slots in another one stay blocked by that. Twice changes nothing."""
    block = session.scalar(select(ScheduleBlock).where(ScheduleBlock.uid == uid).with_for_update())
    if block is None:
        raise Missing(N_("There is no such block here"))
    schedule = session.get_one(Schedule, block.schedule_id)
    refuse_others(act, schedule.location_id)
    if block.ended_at is not None:
        audit.nothing_happened(session)
        return block
    block.ended_at, block.ended_by = act.now, act.by
    session.flush()
    lifted = update(Slot).where(Slot.block_id == block.id).values(block_id=block_over_slot())
    session.execute(lifted.execution_options(synchronize_session=False))
    audit.note(session, "U", ScheduleBlock.__tablename__, [block.id], detail={"ended": True})
    return block
