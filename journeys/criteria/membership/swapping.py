"""Writes who has entered and who has left a segment: as dated stays, and as events that journeys can wait for.

The difference is worked out into a temporary table before any lane is locked; without a difference none is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    MetaData,
    Select,
    Table,
    and_,
    delete,
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
    Column("patient_id", BigInteger),
    Column("enters", Boolean),
    schema="pg_temp",
)
MAKE = text(
    "CREATE TEMPORARY TABLE IF NOT EXISTS segment_difference (patient_id bigint, enters boolean) ON COMMIT DROP"
)
ENTERED = "segment.entered"
LEFT = "segment.left"
STAY = SegmentMember.__table__
ENTERS = DIFFERENCE.c.enters
LEAVES = DIFFERENCE.c.enters.is_(False)


@dataclass(frozen=True)
class Refreshed:
    """How many patients entered and left."""

    entered: int
    left: int


def swap(session: Session, act: Act, segment: Definition, difference: Select[int, bool]) -> Refreshed:
    """Write a difference (`patient_id`, `enters`) as stays and events as of `act.now`."""
    session.execute(MAKE)
    session.execute(delete(DIFFERENCE))
    session.execute(insert(DIFFERENCE).from_select(["patient_id", "enters"], difference))
    counts = select(func.count().filter(ENTERS), func.count().filter(LEAVES)).select_from(DIFFERENCE)
    entered, left = session.execute(counts).one()
    if entered or left:
        session.execute(text("ANALYZE pg_temp.segment_difference"))
        lock_lanes(session, ALL_LANES)
    if entered:
        enter(session, act, segment)
    if left:
        leave(session, act, segment)
    return Refreshed(entered, left)


def difference_for_all(segment_id: int, members: Select[Any]) -> Select[int, bool]:
    """SELECT who enters and who leaves, where `members` is everybody who belongs in."""
    present = members.subquery("present")
    staying = open_stays(segment_id).subquery("staying")
    both = present.join(staying, present.c.patient_id == staying.c.patient_id, full=True)
    return (
        select(func.coalesce(present.c.patient_id, staying.c.patient_id), present.c.patient_id.is_not(None))
        .select_from(both)
        .where(or_(present.c.patient_id.is_(None), staying.c.patient_id.is_(None)))
    )


def difference_among(segment_id: int, judged: Select[Any]) -> Select[int, bool]:
    """SELECT the same where only some were looked at: `judged` gives `patient_id` and whether they `hold`."""
    looked_at = judged.subquery("looked_at")
    stays = and_(STAY.c.patient_id == looked_at.c.patient_id, STAY.c.segment_id == segment_id, STAY.c.left_at.is_(None))
    return (
        select(looked_at.c.patient_id, looked_at.c.holds)
        .select_from(looked_at.outerjoin(STAY, stays))
        .where(looked_at.c.holds != STAY.c.patient_id.is_not(None))
    )


def open_stays(segment_id: int) -> Select[int]:
    """SELECT who is in a segment now."""
    return select(STAY.c.patient_id).where(STAY.c.segment_id == segment_id, STAY.c.left_at.is_(None))


def enter(session: Session, act: Act, segment: Definition) -> None:
    """Open a stay for everyone who enters, with its event."""
    newcomers = select(DIFFERENCE.c.patient_id).where(ENTERS)
    emit_from(session, act, ENTERED, with_segment(newcomers, segment))
    source = newcomers.add_columns(literal(segment.id), literal(act.now))
    stay = insert_or(SegmentMember).from_select(["patient_id", "segment_id", "entered_at"], source)
    # who left and comes back at the very same moment goes on with that stay
    session.execute(
        stay.on_conflict_do_update(index_elements=["segment_id", "patient_id", "entered_at"], set_={"left_at": None})
    )


def leave(session: Session, act: Act, segment: Definition) -> None:
    """Close the stay of everyone who leaves, with its event."""
    leavers = select(DIFFERENCE.c.patient_id).where(LEAVES)
    emit_from(session, act, LEFT, with_segment(leavers, segment))
    closed = (
        update(SegmentMember)
        .where(SegmentMember.segment_id == segment.id, SegmentMember.left_at.is_(None))
        .where(SegmentMember.patient_id.in_(leavers))
        .values(left_at=func.greatest(act.now, SegmentMember.entered_at))
    )
    session.execute(closed.execution_options(synchronize_session=False))


def with_segment(people: Select[int], segment: Definition) -> Select[Any]:
    """The columns of an event about a segment."""
    return people.add_columns(
        literal(segment.slug).label("code"),
        literal("segment").label("subject_kind"),
        literal(segment.id, BigInteger).label("subject_id"),
    )
