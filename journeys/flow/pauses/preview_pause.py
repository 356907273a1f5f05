"""Shows what will wait when a journey is paused; changes nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment
from journeys.store.putting_in_force.definitions import JOURNEY, find
from journeys.store.tasks import OPEN_STATUSES, Task

AHEAD = (1, 7, 30)
"""Days."""


@dataclass(frozen=True)
class PausePreview:
    """How many are in it, how many of them come due within so many days ({days: patients}), messages that would wait,
    and tasks that stay open."""

    inside: int
    due_within: dict[int, int]
    messages: int
    tasks: int


def preview_pause(session: Session, act: Act, slug: str) -> PausePreview:
    """Count it, for the patients of this scope; three statements."""
    definition = find(session, JOURNEY, slug)
    inside = (Enrolment.definition_id == definition.id, Enrolment.ended_at.is_(None))
    due = [func.count().filter(Enrolment.due_at <= act.now + dt.timedelta(days=days)) for days in AHEAD]
    count, *within = session.execute(select(func.count(), *due).where(*inside)).one()
    mine = select(Enrolment.id).where(*inside)
    of_journey = (Message.enrolment_id.in_(mine), Message.status.in_(("planned", "released")))
    messages = session.scalar(select(func.count()).select_from(Message).where(*of_journey)) or 0
    open_ones = (Task.enrolment_id.in_(mine), Task.status.in_(OPEN_STATUSES))
    tasks = session.scalar(select(func.count()).select_from(Task).where(*open_ones)) or 0
    audit.note(session, "R", "journey.pause", [definition.id], detail={"slug": slug, "inside": count})
    return PausePreview(count, dict(zip(AHEAD, within, strict=True)), messages, tasks)
