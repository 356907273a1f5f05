"""Slot: a stretch of a schedule, and whether it can be booked; never by whom it is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, select

from journeys.foundation.acting import Act
from journeys.store.scheduling import BLOCKED, BUSY, FREE, HELD, Schedule, Slot
from journeys.sync.facade.resources.base import Kind, Resource, moment, reference, without_nothing


class SlotKind(Kind):
    """Those of the branches of the act."""

    type = "Slot"
    table = Slot
    searches = ("schedule", "status", "start")
    statuses = (FREE, BUSY, HELD, BLOCKED)

    @classmethod
    def select(cls, act: Act) -> Select[Any]:
        """The slot, the uid of its schedule, and what it is at this moment."""
        chosen = select(Slot, Schedule.uid, standing(act)).join(Schedule, Schedule.id == Slot.schedule_id)
        return chosen if act.scope.locations is None else chosen.where(Schedule.location_id.in_(act.scope.locations))

    @classmethod
    def has_status(cls, wanted: Sequence[str], act: Act) -> ColumnElement[bool]:
        """What it is at this moment."""
        return standing(act).in_(wanted)

    @classmethod
    def build(cls, row: Any, more: Mapping[str, Any], act: Act) -> Resource:
        """One slot."""
        found, schedule, status = row
        return without_nothing(
            {
                "schedule": reference("Schedule", schedule),
                "status": status,
                "start": moment(found.start_at),
                "end": moment(found.end_at),
            }
        )


def standing(act: Act) -> ColumnElement[Any]:
    """SQL: the status of a slot; a hold that has run out holds nothing."""
    return case((and_(Slot.status == HELD, Slot.held_until <= act.now), FREE), else_=Slot.status)
