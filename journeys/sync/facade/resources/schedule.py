"""Schedule: who or what can be booked where."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.store.organisation import Location
from journeys.store.scheduling import AppointmentType, BookableResource, Schedule, ScheduleType
from journeys.sync.facade.resources.base import (
    Kind,
    Resource,
    coded,
    in_english,
    names_of,
    names_of_practitioners,
    ours,
    without_nothing,
)

TYPE = "https://waymark.health/fhir/appointment-type"


class ScheduleKind(Kind):
    """Those of the branches of the act."""

    type = "Schedule"
    table = Schedule
    searches = ()

    @classmethod
    def select(cls, act: Act) -> Select[Any]:
        """The schedule alone: it is of no patient."""
        chosen = select(Schedule)
        return chosen if act.scope.locations is None else chosen.where(Schedule.location_id.in_(act.scope.locations))

    @classmethod
    def gather(cls, session: Session, rows: Sequence[Any]) -> Mapping[str, Any]:
        """Who, where, and what can be booked."""
        found = [schedule for (schedule,) in rows]
        types: dict[int, list[Resource]] = defaultdict(list)
        offered = select(ScheduleType.schedule_id, AppointmentType.slug, AppointmentType.name).join(AppointmentType)
        offered = offered.where(ScheduleType.schedule_id.in_([each.id for each in found]), AppointmentType.active)
        for number, slug, name in session.execute(offered.order_by(AppointmentType.slug)):
            types[number].append(coded(slug, TYPE, in_english(name)) or {})
        rooms = [each.resource_id for each in found if each.resource_id]
        named = select(BookableResource.id, BookableResource.name).where(BookableResource.id.in_(rooms))
        return {
            "types": types,
            "places": names_of(session, Location, [each.location_id for each in found]),
            "practitioners": names_of_practitioners(session, [each.practitioner_id for each in found]),
            "rooms": {number: in_english(name) for number, name in session.execute(named)},
        }

    @classmethod
    def build(cls, row: Any, more: Mapping[str, Any], act: Act) -> Resource:
        """One schedule."""
        (found,) = row
        named = (
            more["practitioners"].get(found.practitioner_id),
            more["rooms"].get(found.resource_id),
            more["places"].get(found.location_id),
        )
        return without_nothing(
            {
                "identifier": ours(found.uid),
                "active": found.active,
                "serviceType": more["types"].get(found.id, []),
                "actor": [{"display": each} for each in named if each] or [{"display": in_english(found.name)}],
                "planningHorizon": horizon(found.from_on, found.laid_until),
                "comment": in_english(found.name),
            }
        )


def horizon(begins: dt.date | None, ends: dt.date | None) -> Resource | None:
    """From when until when there are slots."""
    given = {"start": begins.isoformat() if begins else None, "end": ends.isoformat() if ends else None}
    return without_nothing(given) or None
