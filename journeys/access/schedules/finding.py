"""Finds one schedule to change, in the branches of the act; and what blocks it."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from journeys.foundation.acting import Act
from journeys.foundation.errors import Forbidden, Missing
from journeys.foundation.words import N_
from journeys.store.scheduling import Schedule, ScheduleBlock, Slot

OF_THE_PERSON = ("absence", "holiday", "meeting")
OF_THE_RESOURCE = "maintenance"
"""Reasons of blocks that hold wherever the practitioner, or the room or device, can be booked."""


def schedule_to_change(session: Session, act: Act, uid: uuid.UUID) -> Schedule:
    """The schedule, locked. Missing when there is none, Forbidden in a branch of others."""
    found = session.scalar(select(Schedule).where(Schedule.uid == uid).with_for_update())
    if found is None:
        raise Missing(N_("There is no such schedule here"))
    refuse_others(act, found.location_id)
    return found


def refuse_others(act: Act, location_id: int) -> None:
    """Forbidden for a branch that is not of the act's scope."""
    if act.scope.locations is not None and location_id not in act.scope.locations:
        raise Forbidden("The branch is not one of yours")


def block_over_slot() -> ColumnElement[Any]:
    """SQL: the first block in force that lies over a slot, whichever schedule it was written on (`covers`); NULL where
    there is none."""
    own, theirs = aliased(Schedule), aliased(Schedule)
    return (
        select(ScheduleBlock.id)
        .join(theirs, theirs.id == ScheduleBlock.schedule_id)
        .join(own, own.id == Slot.schedule_id)
        .where(
            covers(ScheduleBlock.reason, theirs, own),
            ScheduleBlock.ended_at.is_(None),
            ScheduleBlock.start_at < Slot.end_at,
            ScheduleBlock.end_at > Slot.start_at,
        )
        .order_by(ScheduleBlock.id)
        .limit(1)
        .correlate(Slot)
        .scalar_subquery()
    )


def covers(reason: Any, written_on: Any, other: Any) -> ColumnElement[bool]:
    """SQL: whether a block that is written on one schedule is also one of another: who is absent is absent everywhere,
    and what is out of order is so for everybody."""
    return or_(
        other.id == written_on.id,
        and_(reason.in_(OF_THE_PERSON), other.practitioner_id == written_on.practitioner_id),
        and_(reason == OF_THE_RESOURCE, other.resource_id == written_on.resource_id),
    )
