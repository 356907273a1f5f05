"""When a journey that takes patients by a schedule did so, how many it took, and when it does so next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.flow.entry.occurring import due_at
from journeys.flow.running.versions import published
from journeys.flow.text.catalogue import read_defaults
from journeys.foundation.acting import Act
from journeys.store.configuration import Definition
from journeys.store.occurrences import JourneyOccurrence

LATEST = 5


@dataclass(frozen=True)
class Occurred:
    """The latest occurrences, the newest first; `coming` is the next one, None while the journey is not active.

    `is_due` says that one should be carried out at this moment.
    """

    latest: Sequence[JourneyOccurrence]
    coming: dt.datetime | None
    is_due: bool


def occurred(session: Session, act: Act, definition: Definition) -> Occurred | None:
    """Of the version in force; None where there is none, or it has no schedule and never had one."""
    latest = session.scalars(
        select(JourneyOccurrence)
        .where(JourneyOccurrence.definition_id == definition.id)
        .order_by(JourneyOccurrence.planned_at.desc())
        .limit(LATEST)
    ).all()
    version_id = definition.live_version_id
    schedule = None
    if version_id is not None:
        schedule = published(session, [version_id])[version_id].journey.head.entry.schedule
    if schedule is None:
        return Occurred(latest, None, False) if latest else None
    if definition.status != "active":
        return Occurred(latest, None, False)
    zone = read_defaults(session).time_zone
    is_due = due_at(session, act, definition.slug, zone) is not None
    return Occurred(latest, schedule.coming(zone, act.now), is_due)
