"""Keeps when each segment was evaluated, how, what it cost, and what went wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from typing import Any, cast

from sqlalchemy import BigInteger, Table, column, func, select, text, update, values
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.orm import Session

from journeys.criteria.membership.swapping import NOBODY, Refreshed, open_stays
from journeys.foundation.acting import Act
from journeys.store.configuration import Definition
from journeys.store.definitions import SEGMENT
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
)
CLOCK = text("SELECT clock_timestamp()")


@contextmanager
def stopwatch(session: Session) -> Iterator[Callable[[], int]]:
    """Give a function that says how many milliseconds have passed by the database's clock; verbs read no other."""
    begin = session.scalar(CLOCK)

    def milliseconds() -> int:
        return int((session.scalar(CLOCK) - begin) / dt.timedelta(milliseconds=1))

    yield milliseconds


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


def keep_all(session: Session, act: Act, segment_id: int, mark: str, refreshed: Refreshed, milliseconds: int) -> None:
    """Keep that everybody was looked at; the members are counted."""
    members = session.scalar(select(func.count()).select_from(open_stays(segment_id).subquery())) or 0
    counts = {"members": members, "looked_at": 0, "misses_changes": False}
    values = {"how": ALL, **counts, **common(act, mark, refreshed, milliseconds)}
    kept = insert_or(SegmentState).values(segment_id=segment_id, **values)
    session.execute(kept.on_conflict_do_update(index_elements=["segment_id"], set_=values))


def keep_changes(
    session: Session, act: Act, segments: Sequence[int], moved: Mapping[int, Refreshed], looked_at: int, cost: int
) -> None:
    """Keep that these segments were looked at together, for so many patients; each bears its part of the cost."""
    rows = [(each, moved.get(each, NOBODY)) for each in segments]
    counts = values(
        column("segment_id", BigInteger), column("entered", BigInteger), column("gone", BigInteger), name="moved"
    ).data([(segment_id, counted.entered, counted.left) for segment_id, counted in rows])
    kept = (
        update(STATES)
        .where(STATES.c.segment_id == counts.c.segment_id)
        .values(
            how=CHANGES,
            evaluated_at=act.now,
            looked_at=looked_at,
            milliseconds=ceil(cost / len(segments)),
            members=STATES.c.members + counts.c.entered - counts.c.gone,
            entered_count=counts.c.entered,
            left_count=counts.c.gone,
            failed_at=None,
            error=None,
        )
    )
    session.execute(kept)


def common(act: Act, mark: str, refreshed: Refreshed, milliseconds: int) -> dict[str, Any]:
    """What is kept of every evaluation that succeeded."""
    return {
        "fingerprint": mark,
        "evaluated_at": act.now,
        "entered_count": refreshed.entered,
        "left_count": refreshed.left,
        "milliseconds": milliseconds,
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
