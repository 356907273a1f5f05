"""Finds one schedule to change, in the branches of the act; and what blocks it."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.errors import Forbidden, Missing
from journeys.foundation.words import N_
from journeys.store.scheduling import Schedule, ScheduleBlock, Slot


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


def block_over_slot(schedule_id: int) -> ColumnElement[Any]:
    """SQL: the first block of a schedule that is in force and lies over a slot; NULL where there is none."""
    return (
        select(ScheduleBlock.id)
        .where(
            ScheduleBlock.schedule_id == schedule_id,
            ScheduleBlock.ended_at.is_(None),
            ScheduleBlock.start_at < Slot.end_at,
            ScheduleBlock.end_at > Slot.start_at,
        )
        .order_by(ScheduleBlock.id)
        .limit(1)
        .correlate(Slot)
        .scalar_subquery()
    )
