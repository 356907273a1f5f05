"""What became of the service levels in a period, by queue: figures of cases that began in it, each by one definition.

- *In time*: of the cases that were decided, those not late. What is open past its time counts as late, what is open and
  still has time is not decided.
- *Half within*, *nine of ten within*: Kaplan-Meier over all cases, open ones included for as long as they go on, so
  that what is not answered yet makes no queue look quick. None where too few have ended to say.
- *First-contact resolution*: cases settled with one contact of the patient and no other in the seven days after, of
  those whose seven days are over. *Net* leaves out what could not be settled here: guided elsewhere, nobody reached,
  not needed any more.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    Integer,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from journeys.foundation.acting import Act
from journeys.foundation.tables import Texts
from journeys.store.service_levels import ServiceCase
from journeys.store.tasks import TaskQueue
from journeys.work.service_time import counted_seconds

Measure = Literal["response", "resolution"]

COMES_BACK = dt.timedelta(days=7)
NEVER_OURS = ("spam", "wrong-number", "settled")
"""Outcomes of what was no case of anybody's."""

NOT_SETTLED_HERE = ("guided", "unreachable", "not-needed")

BARELY = 1e-9
"""Shares are worked out in floating point: a half that came out a hair above is a half."""


@dataclass(frozen=True)
class Level:
    """One measure of one queue. `running` ones still have time, `warned` are those of them that are nearly late; times
    are seconds that count."""

    queue: str | None
    name: Texts | None
    measure: Measure
    cases: int
    in_time: int
    late: int
    running: int
    warned: int
    half_within: int | None
    most_within: int | None

    @property
    def share(self) -> float | None:
        """In time, of what is decided; None where nothing is."""
        decided = self.in_time + self.late
        return self.in_time / decided if decided else None


@dataclass(frozen=True)
class AtFirstContact:
    """How many cases of a queue were settled, and how many of them at the first contact, in all and net."""

    queue: str | None
    settled: int
    at_first: int
    net_settled: int
    net_at_first: int


def levels(session: Session, act: Act, since: dt.datetime, until: dt.datetime) -> list[Level]:
    """Both measures of each queue by the cases of the act's branches that began from `since` until before `until`."""
    took = taken(act, since, until)
    times = within(took)
    row = took.c
    decided = func.count().filter
    same = and_(times.c.queue_id.is_not_distinct_from(row.queue_id), times.c.measure == row.measure)
    found = (
        select(
            TaskQueue.slug,
            TaskQueue.name,
            row.measure,
            func.count(),
            decided(and_(row.target.is_not(None), ~row.late, row.has_ended)),
            decided(row.late),
            decided(and_(~row.late, ~row.has_ended)),
            decided(and_(~row.late, ~row.has_ended, row.warn_at <= act.now)),
            func.max(times.c.half),
            func.max(times.c.most),
        )
        .select_from(took)
        .join(times, same)
        .outerjoin(TaskQueue, TaskQueue.id == row.queue_id)
        .group_by(TaskQueue.id, row.measure)
        .order_by(TaskQueue.slug, row.measure.desc())
    )
    return [Level(*each) for each in session.execute(found)]


def taken(act: Act, since: dt.datetime, until: dt.datetime) -> CTE:
    """One row for each measure of each case: how long it took or has taken, whether it has ended, whether it is late. A
    case that ended without an answer says nothing about answers, unless it was late by then."""
    of = ServiceCase
    chosen = (of.asked_at >= since, of.asked_at < until, func.coalesce(of.outcome, "").not_in(NEVER_OURS))
    now = literal(act.now)
    going_on = counted_seconds(of.calendar_id, of.asked_at, now)
    responses = select(
        of.id,
        of.queue_id,
        literal("response").label("measure"),
        of.response_target.label("target"),
        of.response_late.label("late"),
        of.answered_at.is_not(None).label("has_ended"),
        of.response_warn_at.label("warn_at"),
        func.coalesce(
            of.response_seconds, counted_seconds(of.calendar_id, of.asked_at, of.resolved_at), going_on
        ).label("seconds"),
    ).where(*chosen, or_(of.answered_at.is_not(None), of.resolved_at.is_(None), of.response_late))
    resolutions = select(
        of.id,
        of.queue_id,
        literal("resolution"),
        of.resolution_target,
        of.resolution_late,
        of.resolved_at.is_not(None),
        of.resolution_warn_at,
        func.coalesce(of.resolution_seconds, going_on - of.paused_seconds),
    ).where(*chosen)
    return union_all(responses, resolutions).cte("taken")


def within(took: CTE) -> CTE:
    """By queue and measure: within what time half of the cases, and nine of ten, have ended (Kaplan-Meier)."""
    row = took.c
    group = (row.queue_id, row.measure)
    in_order: dict[str, Any] = {
        "partition_by": group,
        "order_by": (row.seconds, cast(~row.has_ended, Integer), row.id),
    }
    still = func.count().over(partition_by=group) - func.row_number().over(**in_order) + 1
    ranked = select(row.queue_id, row.measure, row.seconds, row.has_ended, row.id, still.label("still")).cte("ranked")
    each = ranked.c
    stays = case((and_(each.has_ended, each.still > 1), func.ln(1 - 1 / cast(each.still, Float))), else_=0.0)
    so_far: dict[str, Any] = {
        "partition_by": (each.queue_id, each.measure),
        "order_by": each.still.desc(),
        "rows": (None, 0),
    }
    left = case((and_(each.has_ended, each.still == 1), 0.0), else_=func.exp(func.sum(stays).over(**so_far)))
    curve = select(each.queue_id, each.measure, each.seconds, each.has_ended, left.label("left")).cte("curve")
    ended = func.min(curve.c.seconds).filter
    half = ended(and_(curve.c.has_ended, curve.c.left <= 0.5 + BARELY)).label("half")
    most = ended(and_(curve.c.has_ended, curve.c.left <= 0.1 + BARELY)).label("most")
    chosen = select(curve.c.queue_id, curve.c.measure, half, most)
    return chosen.group_by(curve.c.queue_id, curve.c.measure).cte("within")


def first_contacts(session: Session, act: Act, since: dt.datetime, until: dt.datetime) -> list[AtFirstContact]:
    """First-contact resolution of each queue, by the cases of which seven days have passed since they were settled."""
    of = ServiceCase
    at_first = and_(of.contacts == 1, ~comes_back())
    net = func.coalesce(of.outcome, "").not_in(NOT_SETTLED_HERE)
    count = func.count
    found = (
        select(
            TaskQueue.slug,
            count(),
            count().filter(at_first),
            count().filter(net),
            count().filter(and_(net, at_first)),
        )
        .select_from(of)
        .outerjoin(TaskQueue, TaskQueue.id == of.queue_id)
        .where(of.asked_at >= since, of.asked_at < until, of.outcome.not_in(NEVER_OURS))
        .where(of.resolved_at <= act.now - COMES_BACK)
        .group_by(TaskQueue.id)
        .order_by(TaskQueue.slug)
    )
    return [AtFirstContact(*each) for each in session.execute(found)]


def comes_back() -> ColumnElement[bool]:
    """SQL: whether the patient turned to the clinic about the same matter again in the seven days after."""
    again = aliased(ServiceCase, name="again")
    same = and_(again.conversation_id == ServiceCase.conversation_id, again.asked_at > ServiceCase.resolved_at)
    return exists().where(same, again.asked_at <= ServiceCase.resolved_at + literal(COMES_BACK))
