"""Every rung of a ladder that is reached and was not climbed yet, as one SELECT.

A rung whose task was taken back counts as not climbed: a clock that was changed and runs out again asks again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Select, Text, cast, exists, func, literal, null, select, union_all
from sqlalchemy.sql.selectable import CompoundSelect

from journeys.store.clock_escalations import ClockEscalation
from journeys.store.tasks import TaskQueue
from journeys.work.clocks.clock import Clock, Rung
from journeys.work.clocks.running import of_clock


def reached(clocks: Iterable[Clock], now: dt.datetime) -> CompoundSelect[Any] | None:
    """`clock`, `rung`, patient_id, subject_kind, subject_id, since, location_id, priority, `queue_id` (whose it is),
    `moves_to` (the queue that the rung names). None where no clock has a ladder. What has no queue is left out."""
    rungs = [of_rung(clock, place, rung, now) for clock in clocks for place, rung in enumerate(clock.escalation)]
    return union_all(*rungs) if rungs else None


def of_rung(clock: Clock, place: int, rung: Rung, now: dt.datetime) -> Select[Any]:
    """One rung of one clock."""
    rows = of_clock(clock, now, now).subquery("late")
    named = select(TaskQueue.id).where(TaskQueue.slug == rung.queue).scalar_subquery() if rung.queue else null()
    moves_to = cast(named, BigInteger)
    climbed = exists().where(
        ClockEscalation.clock == clock.slug,
        ClockEscalation.subject_kind == rows.c.subject_kind,
        ClockEscalation.subject_id == rows.c.subject_id,
        ClockEscalation.since == rows.c.since,
        ClockEscalation.rung == place,
        ClockEscalation.stood_down_at.is_(None),
    )
    return select(
        literal(clock.slug, Text).label("clock"),
        literal(place, BigInteger).label("rung"),
        rows.c.patient_id,
        rows.c.subject_kind,
        rows.c.subject_id,
        rows.c.since,
        rows.c.location_id,
        rows.c.priority,
        func.coalesce(moves_to, rows.c.queue_id).label("queue_id"),
        moves_to.label("moves_to"),
    ).where(
        rung.after.after(rows.c.deadline, rows.c.calendar_id, rows.c.zone) <= now,
        func.coalesce(moves_to, rows.c.queue_id).is_not(None),
        ~climbed,
    )
