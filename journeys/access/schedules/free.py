"""What makes a slot free, said once in SQL and once in Python."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from journeys.store.scheduling import Slot


def is_free(slot: Any, now: Any) -> ColumnElement[bool]:
    """SQL: whether nothing lies on the slot; a hold that has run out is nothing."""
    return and_(
        slot.appointment_id.is_(None), slot.block_id.is_(None), or_(slot.hold.is_(None), slot.held_until <= now)
    )


def is_free_now(slot: Slot, now: dt.datetime) -> bool:
    """The same of a row that was read and locked."""
    is_held = slot.held_until is not None and slot.held_until > now
    return slot.appointment_id is None and slot.block_id is None and not is_held
