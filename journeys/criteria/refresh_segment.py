"""Brings the members of a segment up to date: who has entered, who has left, as dated stays and as events.

The rule is evaluated once, into a temporary table, before any lock is taken; then the lanes are locked and the
difference is written. Eight statements and their preparation, whatever the number of patients.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    MetaData,
    Select,
    Table,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.orm import Session

from journeys.criteria.compile import patients
from journeys.criteria.known import known
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.lanes import ALL_LANES, lock_lanes
from journeys.store.configuration import Definition
from journeys.store.definitions import SEGMENT, find
from journeys.store.enrolments import SegmentMember
from journeys.store.events import emit_from

PRESENT = Table("segment_present", MetaData(), Column("patient_id", BigInteger), schema="pg_temp")
MAKE = text("CREATE TEMPORARY TABLE IF NOT EXISTS segment_present (patient_id bigint PRIMARY KEY) ON COMMIT DROP")
EMPTY = text("TRUNCATE pg_temp.segment_present")
ANALYZE = text("ANALYZE pg_temp.segment_present")
ENTERED = "segment.entered"
LEFT = "segment.left"


@dataclass(frozen=True)
class Refreshed:
    """How many patients entered and left."""

    entered: int
    left: int


def refresh_segment(session: Session, act: Act, slug: str) -> Refreshed:
    """Write the stays and events of a published segment as of `act.now`; Missing when it is not in force."""
    segment = find(session, SEGMENT, slug)
    in_force = known(session)
    if slug not in in_force.segments:
        raise Missing(f"There is no published segment {slug}")
    # two refreshes of one segment take turns before they evaluate, so that the later one knows more
    session.execute(select(Definition.id).where(Definition.id == segment.id).with_for_update())
    evaluate(session, patients(in_force.segments[slug], act.now, in_force))
    lock_lanes(session, ALL_LANES)
    entered = enter(session, act, segment)
    left = leave(session, act, segment)
    if entered or left:
        audit.note(session, "U", "segment", ids=[segment.id], detail={"slug": slug, "entered": entered, "left": left})
    else:
        audit.nothing_happened(session)
    return Refreshed(entered, left)


def evaluate(session: Session, members: Select[int]) -> None:
    """Fill the temporary table; analysed, because the planner would guess its size wrongly."""
    session.execute(MAKE)
    session.execute(EMPTY)
    session.execute(insert(PRESENT).from_select(["patient_id"], members))
    session.execute(ANALYZE)


def enter(session: Session, act: Act, segment: Definition) -> int:
    """Open a stay for everyone present who has none, with its event; the event first, because it reads the stays."""
    newcomers = select(PRESENT.c.patient_id).where(~open_stays(segment, PRESENT.c.patient_id))
    count = emit_from(session, act, ENTERED, with_segment(newcomers, segment))
    if count:
        source = newcomers.add_columns(literal(segment.id), literal(act.now))
        stay = insert_or(SegmentMember).from_select(["patient_id", "segment_id", "entered_at"], source)
        # who left and comes back at the very same moment goes on with that stay
        session.execute(
            stay.on_conflict_do_update(
                index_elements=["segment_id", "patient_id", "entered_at"], set_={"left_at": None}
            )
        )
    return count


def leave(session: Session, act: Act, segment: Definition) -> int:
    """Close the stay of everyone who is no longer present, with its event."""
    is_present = select(literal(1)).where(PRESENT.c.patient_id == SegmentMember.patient_id).exists()
    gone = (SegmentMember.segment_id == segment.id, SegmentMember.left_at.is_(None), ~is_present)
    count = emit_from(session, act, LEFT, with_segment(select(SegmentMember.patient_id).where(*gone), segment))
    if count:
        closed = update(SegmentMember).where(*gone).values(left_at=func.greatest(act.now, SegmentMember.entered_at))
        session.execute(closed.execution_options(synchronize_session=False))
    return count


def open_stays(segment: Definition, patient_id: Any) -> Any:
    """Whether a patient has an open stay in a segment."""
    mine = (SegmentMember.segment_id == segment.id, SegmentMember.patient_id == patient_id)
    return select(literal(1)).where(*mine, SegmentMember.left_at.is_(None)).exists()


def with_segment(people: Select[int], segment: Definition) -> Select[Any]:
    """The columns of an event about a segment."""
    return people.add_columns(
        literal(segment.slug).label("code"),
        literal("segment").label("subject_kind"),
        literal(segment.id, BigInteger).label("subject_id"),
    )
