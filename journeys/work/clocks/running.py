"""Every clock that runs out by a moment, as one SELECT: what stands where since when, by when it had to go on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    SmallInteger,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.selectable import CompoundSelect

from journeys.foundation.calendars import BusinessCalendar
from journeys.store.organisation import Location
from journeys.store.tasks import TaskQueue
from journeys.work.clocks.clock import RISKS, Clock, Some
from journeys.work.clocks.limits import Limit

ORDINARY, RAISED, HIGH = range(len(RISKS))
MOMENT = DateTime(timezone=True)
CALENDAR, PLACE, QUEUE = BusinessCalendar.__table__, Location.__table__, TaskQueue.__table__


def running(clocks: Iterable[Clock], now: dt.datetime, until: dt.datetime) -> CompoundSelect[Any]:
    """SELECT what of these clocks is past its limit at `until`, which is `now` or later.

    `clock`, `entity`, `state`; patient_id, subject_kind, subject_id, subject_uid, since, location_id, owner, priority,
    severity, title, display as the entity says; `queue_id`: the row's own, or the clock's; `deadline`, `hard_at`;
    `risk`: a number of RISKS; `calendar_id` and `zone` by which its working days are counted.
    """
    return union_all(*(of_clock(clock, now, until) for clock in clocks))


def of_clock(clock: Clock, now: dt.datetime, until: dt.datetime) -> Select[Any]:
    """The rows of one clock."""
    rows = clock.kind.open_in(clock.state, now).subquery("open")
    calendar = func.coalesce(PLACE.c.calendar_id, QUEUE.c.calendar_id)
    deadline = cast(limit_at(clock, rows, clock.limit, [(each.of, each.limit) for each in clock.sooner]), MOMENT)
    hard = [(each.of, each.hard_limit) for each in clock.sooner]
    hard_at = cast(limit_at(clock, rows, clock.hard_limit, hard), MOMENT)
    return (
        select(
            literal(clock.slug, Text).label("clock"),
            literal(clock.entity, Text).label("entity"),
            literal(clock.state, Text).label("state"),
            *(column for column in rows.c if column.name != "queue_id"),
            cast(func.coalesce(rows.c.queue_id, QUEUE.c.id), BigInteger).label("queue_id"),
            deadline.label("deadline"),
            hard_at.label("hard_at"),
            cast(risk_of(clock, rows, hard_at, now), SmallInteger).label("risk"),
            CALENDAR.c.id.label("calendar_id"),
            CALENDAR.c.zone.label("zone"),
        )
        .select_from(rows)
        .outerjoin(PLACE, PLACE.c.id == rows.c.location_id)
        .outerjoin(QUEUE, QUEUE.c.slug == clock.queue)
        .outerjoin(CALENDAR, CALENDAR.c.id == calendar)
        .where(is_among(clock.of, rows), may_be_over(clock, rows, until), deadline <= until)
    )


def limit_at(
    clock: Clock, rows: Any, limit: Limit | None, sooner: Iterable[tuple[Some, Limit | None]]
) -> ColumnElement[Any]:
    """SQL: when the first limit that fits a row is over; NULL where none is said."""
    own = moment(clock, rows, limit)
    fitting = [(is_among(some, rows), moment(clock, rows, each or limit)) for some, each in sooner]
    return case(*fitting, else_=own) if fitting else own


def moment(clock: Clock, rows: Any, limit: Limit | None) -> ColumnElement[Any]:
    """SQL: when a limit is over for a row: after its beginning, or before what is to come."""
    if limit is None:
        return cast(null(), MOMENT)
    if clock.stands.is_ahead:
        return cast(rows.c.since - limit.plain, MOMENT)
    return cast(limit.after(rows.c.since, CALENDAR.c.id, CALENDAR.c.zone), MOMENT)


def may_be_over(clock: Clock, rows: Any, until: dt.datetime) -> ColumnElement[bool]:
    """SQL: a bound on `since` that any index can use, before calendars are asked."""
    lengths = [each.limit for each in clock.sooner] + [clock.limit]
    if clock.stands.is_ahead:
        return rows.c.since <= until + max(each.plain for each in lengths)
    return rows.c.since <= until - min(each.shortest for each in lengths)


def is_among(some: Some, rows: Any) -> ColumnElement[bool]:
    """SQL: whether a row is one of these."""
    conditions: list[ColumnElement[bool]] = []
    if some.priorities:
        conditions.append(rows.c.priority.in_(some.priorities))
    if some.severities:
        conditions.append(func.coalesce(rows.c.severity, "").in_(some.severities))
    return and_(true(), *conditions)


def risk_of(clock: Clock, rows: Any, hard_at: Any, now: dt.datetime) -> ColumnElement[Any]:
    """SQL: the worst of what the clock says, what the row is, and whether its hard limit is over."""
    is_high = rows.c.priority.in_(("asap", "stat")) | (func.coalesce(rows.c.severity, "") == "critical")
    is_raised = (rows.c.priority == "urgent") | (func.coalesce(rows.c.severity, "") == "abnormal")
    of_row = case((is_high | func.coalesce(hard_at <= now, False), HIGH), (is_raised, RAISED), else_=ORDINARY)
    return func.greatest(literal(clock.risk, Integer), of_row)
