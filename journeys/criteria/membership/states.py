"""Keeps when each segment was evaluated, how, what it cost, and what went wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.orm import Session

from journeys.criteria.membership.swapping import Refreshed, open_stays
from journeys.foundation.acting import Act
from journeys.store.segment_states import SegmentState

ALL = "all"
CHANGES = "changes"

BETWEEN = dt.timedelta(minutes=1)
TIMES_ITS_COST = 30
"""A segment that always has to be evaluated whole rests so many times longer than that took, and a minute at least."""

CLOCK = text("SELECT clock_timestamp()")


@contextmanager
def stopwatch(session: Session) -> Iterator[Callable[[], int]]:
    """Give a function that says how many milliseconds have passed by the database's clock; verbs read no other."""
    begin = session.scalar(CLOCK)

    def milliseconds() -> int:
        return int((session.scalar(CLOCK) - begin) / dt.timedelta(milliseconds=1))

    yield milliseconds


def states_of(session: Session) -> dict[int, SegmentState]:
    """Every state by the segment's id."""
    return {state.segment_id: state for state in session.scalars(select(SegmentState))}


def keep_all(session: Session, act: Act, segment_id: int, mark: str, refreshed: Refreshed, milliseconds: int) -> None:
    """Keep that everybody was looked at; the members are counted."""
    members = session.scalar(select(func.count()).select_from(open_stays(segment_id).subquery())) or 0
    counts = {"members": members, "looked_at": 0, "misses_changes": False}
    values = {"how": ALL, **counts, **common(act, mark, refreshed, milliseconds)}
    kept = insert_or(SegmentState).values(segment_id=segment_id, **values)
    session.execute(kept.on_conflict_do_update(index_elements=["segment_id"], set_=values))


def keep_changes(
    session: Session, act: Act, segment_id: int, mark: str, refreshed: Refreshed, looked_at: int, milliseconds: int
) -> None:
    """Keep that only some were looked at."""
    members = SegmentState.members + (refreshed.entered - refreshed.left)
    values = {"how": CHANGES, "looked_at": looked_at, **common(act, mark, refreshed, milliseconds)}
    kept = update(SegmentState).where(SegmentState.segment_id == segment_id).values(members=members, **values)
    session.execute(kept.execution_options(synchronize_session=False))


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
        kept = update(SegmentState).where(SegmentState.segment_id.in_(segments)).values(misses_changes=True)
        session.execute(kept.execution_options(synchronize_session=False))


def keep_quiet(session: Session, act: Act, segments: list[int]) -> None:
    """Keep that nobody had to be looked at for these segments: their members are true for this moment too."""
    if segments:
        kept = update(SegmentState).where(SegmentState.segment_id.in_(segments)).values(evaluated_at=act.now)
        session.execute(kept.execution_options(synchronize_session=False))


def keep_failure(session: Session, act: Act, segment_id: int, error: str) -> None:
    """Keep that the evaluation failed, and that next time everybody has to be looked at."""
    failed = {"failed_at": act.now, "error": error, "fingerprint": ""}
    nothing = {"how": ALL, "members": 0, "looked_at": 0, "entered_count": 0, "left_count": 0, "milliseconds": 0}
    kept = insert_or(SegmentState).values(segment_id=segment_id, evaluated_at=act.now, **nothing, **failed)
    session.execute(kept.on_conflict_do_update(index_elements=["segment_id"], set_=failed))


def rests(state: SegmentState, act: Act) -> bool:
    """Whether a segment that has to be evaluated whole each time was evaluated so lately that it rests."""
    cost = dt.timedelta(milliseconds=state.milliseconds)
    last = max(state.evaluated_at, state.failed_at or state.evaluated_at)
    return act.now - last < max(BETWEEN, TIMES_ITS_COST * cost)
