"""Keeps when each segment was evaluated, how, what it cost, and what went wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ARRAY, BigInteger, Table, bindparam, column, func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.orm import Session

from journeys.criteria.membership.swapping import NOBODY, Refreshed, open_stays
from journeys.foundation.acting import Act
from journeys.foundation.database import PREPARED
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import SEGMENT
from journeys.store.segment_states import SegmentState

STATES = cast(Table, SegmentState.__table__)
SEGMENTS = Definition.__table__

ALL = "all"
CHANGES = "changes"

BETWEEN = dt.timedelta(minutes=1)
TIMES_ITS_COST = 30
"""A segment that always has to be evaluated whole rests so many times longer than that took, and a minute at least."""

EVERY_SEGMENT = (
    select(SEGMENTS.c.id.label("definition_id"), SEGMENTS.c.slug, STATES)
    .outerjoin(STATES, STATES.c.segment_id == SEGMENTS.c.id)
    .where(SEGMENTS.c.kind == SEGMENT)
    .execution_options(**PREPARED)
)

BEGIN = bindparam("begin", type_=STATES.c.evaluated_at.type)
SHARES = bindparam("shares", type_=BigInteger)
MILLISECONDS = func.ceil(func.extract("epoch", func.clock_timestamp() - BEGIN) * 1000 / SHARES)
"""How long an evaluation took by the database's clock, since what `limited` gave; verbs read no other."""

NUMBERS = ARRAY(BigInteger)
COUNTED = (
    func.unnest(bindparam("ids", type_=NUMBERS), bindparam("came", type_=NUMBERS), bindparam("went", type_=NUMBERS))
    .table_valued(column("id", BigInteger), column("came", BigInteger), column("went", BigInteger))
    .render_derived(name="counted")
)
KEEP_CHANGES = (
    update(STATES)
    .where(STATES.c.segment_id == COUNTED.c.id)
    .values(
        how=CHANGES,
        evaluated_at=bindparam("now"),
        looked_at=bindparam("many"),
        milliseconds=MILLISECONDS,
        members=STATES.c.members + COUNTED.c.came - COUNTED.c.went,
        entered_count=COUNTED.c.came,
        left_count=COUNTED.c.went,
        failed_at=None,
        error=None,
    )
    .execution_options(**PREPARED)
)


@dataclass(frozen=True)
class Segment:
    """One segment, in force or not, and how it was evaluated last; None for never."""

    id: int
    slug: str
    state: Any


def segments_of(session: Session) -> dict[str, Segment]:
    """Every segment by slug; rows of the tables, because there is nothing to change in them here."""
    return {
        row.slug: Segment(row.definition_id, row.slug, None if row.segment_id is None else row)
        for row in session.execute(EVERY_SEGMENT)
    }


def keep_all(session: Session, act: Act, segment_id: int, mark: str, refreshed: Refreshed, begin: dt.datetime) -> None:
    """Keep that everybody was looked at; the members are counted."""
    members = session.scalar(select(func.count()).select_from(open_stays(segment_id).subquery())) or 0
    counts = {"members": members, "looked_at": 0, "misses_changes": False}
    values = {"how": ALL, **counts, **common(act, mark, refreshed)}
    kept = insert_or(SegmentState).values(segment_id=segment_id, **values)
    kept = kept.on_conflict_do_update(index_elements=["segment_id"], set_=values)
    session.execute(kept, {BEGIN.key: begin, SHARES.key: 1})


def keep_changes(
    session: Session, act: Act, segments: Sequence[int], moved: Mapping[int, Refreshed], many: int, begin: dt.datetime
) -> None:
    """Keep that these segments were looked at together, for so many patients; each bears its part of the cost."""
    counts = [moved.get(each, NOBODY) for each in segments]
    counted = {"came": [each.entered for each in counts], "went": [each.left for each in counts]}
    when = {"now": act.now, BEGIN.key: begin, SHARES.key: len(segments)}
    session.execute(KEEP_CHANGES, {"ids": list(segments), **counted, "many": many, **when})


def common(act: Act, mark: str, refreshed: Refreshed) -> dict[str, Any]:
    """What is kept of every evaluation that succeeded."""
    return {
        "fingerprint": mark,
        "evaluated_at": act.now,
        "entered_count": refreshed.entered,
        "left_count": refreshed.left,
        "milliseconds": MILLISECONDS,
        "failed_at": None,
        "error": None,
    }


def keep_missed(session: Session, segments: list[int]) -> None:
    """Keep that patients changed whom these segments did not look at."""
    if segments:
        session.execute(update(STATES).where(STATES.c.segment_id.in_(segments)).values(misses_changes=True))


def keep_quiet(session: Session, act: Act, segments: list[int]) -> None:
    """Keep that nobody had to be looked at for these segments: their members are true for this moment too."""
    if segments:
        session.execute(update(STATES).where(STATES.c.segment_id.in_(segments)).values(evaluated_at=act.now))


def keep_failure(session: Session, act: Act, segment_id: int, error: str) -> None:
    """Keep that the evaluation failed, and that next time everybody has to be looked at."""
    failed = {"failed_at": act.now, "error": error, "fingerprint": ""}
    nothing = {"how": ALL, "members": 0, "looked_at": 0, "entered_count": 0, "left_count": 0, "milliseconds": 0}
    kept = insert_or(SegmentState).values(segment_id=segment_id, evaluated_at=act.now, **nothing, **failed)
    session.execute(kept.on_conflict_do_update(index_elements=["segment_id"], set_=failed))


def rests(state: Any, act: Act) -> bool:
    """Whether a segment that has to be evaluated whole each time was evaluated so lately that it rests."""
    cost = dt.timedelta(milliseconds=state.milliseconds)
    last = max(state.evaluated_at, state.failed_at or state.evaluated_at)
    return act.now - last < max(BETWEEN, TIMES_ITS_COST * cost)
