"""How many are in each segment, for the list of segments: counted up to a cap in the viewer's branches, above it what
the last evaluation counted."""

from __future__ import annotations

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.configuration import Definition
from journeys.store.enrolments import SegmentMember
from journeys.store.lists.keyset import CAP, Count
from journeys.store.putting_in_force.definitions import SEGMENT
from journeys.store.segment_states import SegmentState


def segment_sizes(session: Session, act: Act) -> dict[int, Count]:
    """The number of members by the segment's id. Two statements, however many segments."""
    audit.nothing_happened(session)
    some = (
        select(SegmentMember.patient_id)
        .where(SegmentMember.segment_id == Definition.id, SegmentMember.left_at.is_(None))
        .limit(CAP + 1)
        .correlate(Definition)
        .lateral()
    )
    found = (
        select(Definition.id, func.count(some.c.patient_id))
        .outerjoin(some, true())
        .where(Definition.kind == SEGMENT)
        .group_by(Definition.id)
    )
    counts = {number: Count(min(count, CAP), is_more=count > CAP) for number, count in session.execute(found)}
    if act.scope.locations is None:
        evaluated = session.execute(select(SegmentState.segment_id, SegmentState.members))
        counts |= {number: Count(members) for number, members in evaluated if counts[number].is_more}
    return counts
