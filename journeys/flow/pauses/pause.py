"""Stops a journey for now: nobody comes in, nobody moves on, nothing is forgotten."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.flow.pauses.holding import hold
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Stale
from journeys.foundation.lanes import ALL_LANES, lock_lanes
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import JOURNEY, find


def pause(session: Session, act: Act, slug: str) -> int:
    """Put the journey and its enrolments on hold and return how many; Stale when it is not running.

    Events still count for those who wait: they are due once the journey goes on. Goals and exits still end.
    """
    lock_lanes(session, ALL_LANES)
    definition: Definition = find(session, JOURNEY, slug)
    if definition.status != "active":
        raise Stale(f"The journey {slug} is not running")
    count = hold(session, act, definition)
    audit.note(session, "U", "journey", [definition.id], detail={"slug": slug, "paused": count})
    return count
