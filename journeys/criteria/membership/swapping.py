"""Writes who has entered and who has left segments: as dated stays, and as events that journeys can wait for.

The difference is worked out into a temporary table before any lane is locked; without a difference none is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    CompoundSelect,
    MetaData,
    Select,
    Table,
    Text,
    bindparam,
    case,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.lanes import ALL_LANES, lock_lanes
from journeys.store.configuration import Definition
from journeys.store.enrolments import SegmentMember
from journeys.store.events import events_of, remember

DIFFERENCE = Table(
    "segment_difference",
    MetaData(),
    Column("segment_id", BigInteger),
    Column("patient_id", BigInteger),
    Column("enters", Boolean),
    schema="pg_temp",
)
HAVE_EMPTY = text(
    "CREATE TEMPORARY TABLE IF NOT EXISTS segment_difference"
    " (segment_id bigint, patient_id bigint, enters boolean) ON COMMIT DELETE ROWS;"
    " DELETE FROM pg_temp.segment_difference"
)
"""Kept by the connection: to make a table and to drop it costs more than what a round has to write."""
ANALYZE = text("ANALYZE pg_temp.segment_difference")
Difference = Select[int, int, bool]
"""`segment_id`, `patient_id`, `enters`."""
Kept = Select[int, int, int] | CompoundSelect[int, int, int]
"""`segment_id`, and how many enter and leave it; for no segment, at how many patients was looked."""

ENTERED = "segment.entered"
LEFT = "segment.left"
STAY = cast(Table, SegmentMember.__table__)
SEGMENT = Definition.__table__
ENTERS = DIFFERENCE.c.enters
LEAVES = DIFFERENCE.c.enters.is_(False)
NOW = bindparam("now", type_=STAY.c.entered_at.type)
BY = bindparam("by", type_=Text)
PLACES = bindparam("places", type_=ARRAY(BigInteger))
"""The ids of the segments, in the order of their events."""

MANY = 2_000
"""Above so many the planner is told how many there are."""

OPEN = (
    insert_or(STAY)
    .from_select(
        ["segment_id", "patient_id", "entered_at"],
        select(DIFFERENCE.c.segment_id, DIFFERENCE.c.patient_id, NOW).where(ENTERS),
    )
    # who left and comes back at the very same moment goes on with that stay
    .on_conflict_do_update(index_elements=["segment_id", "patient_id", "entered_at"], set_={"left_at": None})
)
CLOSE = (
    update(STAY)
    .where(STAY.c.segment_id == DIFFERENCE.c.segment_id, STAY.c.patient_id == DIFFERENCE.c.patient_id)
    .where(STAY.c.left_at.is_(None), LEAVES)
    .values(left_at=func.greatest(NOW, STAY.c.entered_at))
)
MOVED = (
    select(
        NOW.label("recorded_at"),
        NOW.label("at"),
        BY.label("caused_by"),
        case((ENTERS, ENTERED), else_=LEFT).label("kind"),
        DIFFERENCE.c.patient_id,
        SEGMENT.c.slug.label("code"),
        literal("segment").label("subject_kind"),
        DIFFERENCE.c.segment_id.label("subject_id"),
    )
    .join(SEGMENT, SEGMENT.c.id == DIFFERENCE.c.segment_id)
    .order_by(LEAVES, func.array_position(PLACES, DIFFERENCE.c.segment_id))
)
"""Who enters before who leaves, those of one segment after those of another."""

WRITE = events_of(MOVED).add_cte(OPEN.cte("opened"), CLOSE.cte("closed"))
"""Stays and events in one statement: no stay is both opened and closed by it."""


@dataclass(frozen=True)
class Refreshed:
    """How many patients entered and left."""

    entered: int
    left: int


NOBODY = Refreshed(0, 0)


@dataclass(frozen=True)
class Swapped:
    """The segments in which somebody moved, by their ids; at how many patients was looked, where that was counted."""

    moved: dict[int, Refreshed]
    looked_at: int


def kept(difference: Difference) -> Select[int, int, int]:
    """Put a difference into DIFFERENCE, and SELECT what is in it."""
    put = insert(DIFFERENCE).from_select(list(DIFFERENCE.c.keys()), difference).returning(*DIFFERENCE.c).cte("kept")
    entered, left = func.count().filter(put.c.enters), func.count().filter(put.c.enters.is_(False))
    return select(put.c.segment_id, entered, left).group_by(put.c.segment_id)


def swap(
    session: Session, act: Act, segments: Sequence[int], difference: Kept, parameters: Mapping[str, Any] | None = None
) -> Swapped:
    """Write a difference as stays and events as of `act.now`.

    `segments` are the ids that it may name, in the order of their events.
    """
    session.execute(HAVE_EMPTY)
    found = session.execute(difference, parameters).all()
    moved = {segment_id: Refreshed(entered, left) for segment_id, entered, left in found if segment_id is not None}
    looked_at = sum(many for segment_id, many, _ in found if segment_id is None)
    if moved:
        write(session, act, segments, moved)
    return Swapped(moved, looked_at)


def write(session: Session, act: Act, segments: Sequence[int], moved: Mapping[int, Refreshed]) -> None:
    """Open and close stays, with their events."""
    entered = sum(each.entered for each in moved.values())
    left = sum(each.left for each in moved.values())
    if entered + left > MANY:
        session.execute(ANALYZE)
    lock_lanes(session, ALL_LANES)
    session.execute(WRITE, {"now": act.now, "by": act.by, "places": list(segments)})
    for kind, count in ((ENTERED, entered), (LEFT, left)):
        if count:
            remember(session, kind, are_locked=True)


def difference_for_all(segment_id: int, members: Select[Any]) -> Difference:
    """SELECT who enters and who leaves one segment, where `members` is everybody who belongs in."""
    present = members.subquery("present")
    staying = open_stays(segment_id).subquery("staying")
    both = present.join(staying, present.c.patient_id == staying.c.patient_id, full=True)
    return (
        select(
            literal(segment_id, BigInteger),
            func.coalesce(present.c.patient_id, staying.c.patient_id),
            present.c.patient_id.is_not(None),
        )
        .select_from(both)
        .where(or_(present.c.patient_id.is_(None), staying.c.patient_id.is_(None)))
    )


def open_stays(segment_id: int) -> Select[int]:
    """SELECT who is in a segment now."""
    return select(STAY.c.patient_id).where(STAY.c.segment_id == segment_id, STAY.c.left_at.is_(None))
