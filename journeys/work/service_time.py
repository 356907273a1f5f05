"""Service levels in the time that counts: working time where a calendar is followed, all time where none is."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, DateTime, Interval, case, cast, func, literal, type_coerce

from journeys.foundation.working_time import after_working_seconds, working_seconds

SECOND: ColumnElement[dt.timedelta] = literal(dt.timedelta(seconds=1), Interval)


def counted_seconds(calendar: Any, since: Any, until: Any) -> ColumnElement[int | None]:
    """SQL: the seconds that count between two moments; NULL where `until` comes first or is not known."""
    passed = case((until >= since, cast(func.floor(func.extract("epoch", until - since)), BigInteger)))
    return case((calendar.is_(None), passed), else_=working_seconds(calendar, since, until))


def due_after(calendar: Any, since: Any, seconds: Any) -> ColumnElement[Any]:
    """SQL: the first instant by which so many seconds have counted; NULL beyond what is written out."""
    elapsed = type_coerce(since + seconds * SECOND, DateTime(timezone=True))
    return case((calendar.is_(None), elapsed), else_=after_working_seconds(calendar, since, seconds))


def paused_for(waited: Any, limit: Any) -> ColumnElement[int]:
    """SQL: what is taken off for waiting for the patient: what was waited, never more than the limit; nothing without
    one."""
    return func.least(func.coalesce(waited, 0), func.coalesce(limit, 0))


def warning_at(calendar: Any, since: Any, target: Any, percent: Any) -> ColumnElement[Any]:
    """SQL: from when on it is nearly late."""
    return due_after(calendar, since, target * percent // 100)


def is_late(taken: Any, target: Any) -> ColumnElement[bool]:
    """SQL: whether it took longer than was promised; what still goes on is late from the first second beyond.

    Exactly what was promised is in time. Without a promise nothing is late."""
    return func.coalesce(taken > target, False)
