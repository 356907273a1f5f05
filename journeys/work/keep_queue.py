"""An administrator writes how a queue works: what it promises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing, Problem, Stale, refuse_errors
from journeys.foundation.words import N_
from journeys.store.tasks import TaskQueue

LONGEST = 366 * 24 * 60
"""Minutes; nothing is promised for longer than calendars are written out."""


@dataclass(frozen=True)
class QueueSettings:
    """What is decided about a queue; minutes of working time."""

    response_minutes: int | None = None
    resolution_minutes: int | None = None
    warn_percent: int = 80
    pause_minutes: int = 1_440


def keep_queue(
    session: Session, act: Act, slug: str, given: QueueSettings, row_version: int | None = None
) -> TaskQueue:
    """Return the queue as it is from now on: what was promised before stays promised. Invalid with every problem, Stale
    when somebody changed it."""
    refuse_errors(problems_of(given))
    queue = session.scalar(select(TaskQueue).where(TaskQueue.slug == slug).with_for_update())
    if queue is None:
        raise Missing("There is no such queue")
    if row_version is not None and queue.row_version != row_version:
        raise Stale("Somebody else changed this queue first")
    for name, value in asdict(given).items():
        setattr(queue, name, value)
    session.flush()
    audit.note(session, "U", TaskQueue.__tablename__, [queue.id], detail={"queue": slug})
    return queue


def settings_of(queue: TaskQueue) -> QueueSettings:
    """What is decided about it now."""
    return QueueSettings(**{name: getattr(queue, name) for name in QueueSettings.__dataclass_fields__})


def problems_of(given: QueueSettings) -> Iterator[Problem]:
    """What is wrong with it, each at its place."""
    least = {"response_minutes": 1, "resolution_minutes": 1, "pause_minutes": 0}
    for name, fewest in least.items():
        minutes = getattr(given, name)
        if minutes is not None and not fewest <= minutes <= LONGEST:
            yield Problem(name, N_("From %(least)s to %(most)s minutes"), {"least": fewest, "most": LONGEST})
    if not 1 <= given.warn_percent <= 100:
        yield Problem("warn_percent", N_("From 1 to 100 per cent"))
