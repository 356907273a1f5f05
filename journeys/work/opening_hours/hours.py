"""The calendars of the clinic and who follows each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.calendars import BusinessCalendar
from journeys.foundation.errors import Missing
from journeys.foundation.tables import Texts
from journeys.store.organisation import Location
from journeys.store.tasks import TaskQueue


@dataclass(frozen=True)
class OpeningHours:
    """What a calendar says. `hours`: ISO weekday → open stretches; `closed_days` are ISO dates; `branches` and
    `queues` are the slugs of those who follow it."""

    slug: str
    name: Texts
    zone: str
    hours: Mapping[str, Sequence[Sequence[str]]]
    closed_days: Sequence[str] = ()
    branches: Sequence[str] = ()
    queues: Sequence[str] = ()
    version: int = 0


def every_opening_hours(session: Session) -> list[OpeningHours]:
    """All of them by slug, in three statements."""
    calendars = session.scalars(select(BusinessCalendar).order_by(BusinessCalendar.slug)).all()
    branches = followers(session, Location)
    queues = followers(session, TaskQueue)
    return [
        OpeningHours(
            each.slug,
            each.name,
            each.zone,
            each.hours,
            tuple(each.closed_days),
            tuple(branches.get(each.id, ())),
            tuple(queues.get(each.id, ())),
            each.version,
        )
        for each in calendars
    ]


def opening_hours_of(session: Session, slug: str) -> OpeningHours:
    """One of them, or Missing."""
    for each in every_opening_hours(session):
        if each.slug == slug:
            return each
    raise Missing(f"There are no opening hours {slug}")


def followers(session: Session, table: type[Location] | type[TaskQueue]) -> dict[int, list[str]]:
    """The slugs of those in a table that follow each calendar."""
    found: dict[int, list[str]] = {}
    called = table.calendar_id.is_not(None), table.slug.is_not(None)
    # two tables of unlike rows: what is read of them is the same
    chosen: Any = select(table.calendar_id, table.slug).where(*called).order_by(table.slug)
    for calendar, slug in session.execute(chosen):
        found.setdefault(calendar, []).append(slug)
    return found
