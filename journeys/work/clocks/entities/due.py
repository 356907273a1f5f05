"""Recalls and care gaps: what is due or overdue for a patient, from that day until something satisfies it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, DateTime, and_, case, cast, func, select

from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.due import DueItem
from journeys.store.tasks import TaskQueue
from journeys.work.clocks.entities.base import Entity, State


def standing(status: str) -> Callable[[dt.datetime], ColumnElement[bool]]:
    """The open ones of a status: a refusal and a booking are statuses of their own, and stop the clock."""
    return lambda now: and_(DueItem.closed_at.is_(None), DueItem.status == status)


def beginning(day: Any) -> Callable[[dt.datetime], Any]:
    """Since the beginning of a day, in UTC: limits here are days, whatever the patient's zone."""
    return lambda now: func.timezone("UTC", cast(day, DateTime))


ABOUT = func.coalesce(DueItem.guideline_id, DueItem.about_id)


URGENCY = {"high": "urgent", "critical": "asap"}
"""Severity of a guideline or its tier → priority of what is due by it, on the board and as a task."""


class SomethingDue(Entity):
    """An occurrence of a guideline, or a recall that somebody asked for."""

    label = N_("Recalls and care gaps")
    table = DueItem
    owner = DueItem.owner
    queue_id = select(TaskQueue.id).where(TaskQueue.slug == DueItem.queue).scalar_subquery()
    priority = case(URGENCY, value=DueItem.severity, else_="routine")
    title = select(Definition.name).where(Definition.id == ABOUT).scalar_subquery()
    states = {
        "due": State(N_("due"), standing("due"), beginning(DueItem.due_on)),
        "overdue": State(N_("overdue"), standing("overdue"), beginning(DueItem.overdue_on)),
    }
