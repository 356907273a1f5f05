"""Stops a journey for now: nobody comes in, nobody moves on, nothing is forgotten."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Stale
from journeys.foundation.lanes import ALL_LANES, lock_lanes
from journeys.store.configuration import Definition
from journeys.store.definitions import JOURNEY, find
from journeys.store.enrolments import Enrolment


def pause(session: Session, act: Act, slug: str) -> int:
    """Put the journey and its enrolments on hold and return how many; Stale when it is not running.

    Events still count for those who wait: they are due once the journey goes on. Goals and exits still end.
    """
    lock_lanes(session, ALL_LANES)
    definition: Definition = find(session, JOURNEY, slug)
    if definition.status != "active":
        raise Stale(f"The journey {slug} is not running")
    definition.status = "paused"
    definition.changed_at = act.now
    definition.changed_by = act.by
    session.flush()
    held = session.execute(
        update(Enrolment)
        .where(Enrolment.definition_id == definition.id, Enrolment.status == "active")
        .values(status="on-hold")
        .execution_options(synchronize_session=False)
    )
    count = int(held.rowcount)  # type: ignore[attr-defined]
    audit.note(session, "U", "journey", [definition.id], detail={"slug": slug, "paused": count})
    return count
