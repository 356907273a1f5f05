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
    MetaData,
    Select,
    Table,
    bindparam,
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
from journeys.store.events import emit_from

DIFFERENCE = Table(
    "segment_difference",
    MetaData(),
    Column("segment_id", BigInteger),
    Column("patient_id", BigInteger),
    Column("enters", Boolean),
    schema="pg_temp",
)
MAKE = text(
    "CREATE TEMPORARY TABLE IF NOT EXISTS segment_difference"
    " (segment_id bigint, patient_id bigint, enters boolean) ON COMMIT DROP"
)
EMPTY = text("TRUNCATE pg_temp.segment_difference")
ANALYZE = text("ANALYZE pg_temp.segment_difference")
Difference = Select[int, int, bool]
"""`segment_id`, `patient_id`, `enters`."""

ENTERED = "segment.entered"
LEFT = "segment.left"
STAY = cast(Table, SegmentMember.__table__)
SEGMENT = Definition.__table__
ENTERS = DIFFERENCE.c.enters
LEAVES = DIFFERENCE.c.enters.is_(False)
NOW = bindparam("now", type_=STAY.c.entered_at.type)

COUNTS = select(DIFFERENCE.c.segment_id, func.count().filter(ENTERS), func.count().filter(LEAVES)).group_by(
    DIFFERENCE.c.segment_id
)
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


@dataclass(frozen=True)
class Refreshed:
    """How many patients entered and left."""

    entered: int
    left: int


NOBODY = Refreshed(0, 0)


def swap(
    session: Session,
    act: Act,
    segments: Sequence[int],
    difference: Difference,
    parameters: Mapping[str, Any] | None = None,
) -> dict[int, Refreshed]:
    """Write a difference as stays and events as of `act.now`.

    `segments` are the ids that it may name, in the order of their events. Returned are those in which somebody moved.
    """
    session.execute(MAKE)
    session.execute(EMPTY)
    session.execute(insert(DIFFERENCE).from_select(list(DIFFERENCE.c.keys()), difference), parameters)
    moved = {segment_id: Refreshed(entered, left) for segment_id, entered, left in session.execute(COUNTS)}
    if moved:
        session.execute(ANALYZE)
        lock_lanes(session, ALL_LANES)
    if any(each.entered for each in moved.values()):
        enter(session, act, segments)
    if any(each.left for each in moved.values()):
        leave(session, act, segments)
    return moved


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


def enter(session: Session, act: Act, segments: Sequence[int]) -> None:
    """Open a stay for everyone who enters, with its event."""
    emit_from(session, act, ENTERED, who_moved(segments).where(ENTERS))
    session.execute(OPEN, {"now": act.now})


def leave(session: Session, act: Act, segments: Sequence[int]) -> None:
    """Close the stay of everyone who leaves, with its event."""
    emit_from(session, act, LEFT, who_moved(segments).where(LEAVES))
    session.execute(CLOSE, {"now": act.now})


def who_moved(segments: Sequence[int]) -> Select[Any]:
    """SELECT the columns of the events, those of one segment after those of another."""
    place = func.array_position(literal(list(segments), ARRAY(BigInteger)), DIFFERENCE.c.segment_id)
    return (
        select(
            DIFFERENCE.c.patient_id,
            SEGMENT.c.slug.label("code"),
            literal("segment").label("subject_kind"),
            DIFFERENCE.c.segment_id.label("subject_id"),
        )
        .join(SEGMENT, SEGMENT.c.id == DIFFERENCE.c.segment_id)
        .order_by(place)
    )
