"""What patients ask for: from the moment it arrives until it is done."""

from __future__ import annotations

from sqlalchemy import and_

from journeys.foundation.words import N_
from journeys.store.plans import Request
from journeys.work.clocks.entities.base import Entity, State

IS_OPEN = and_(Request.kind != "complaint", Request.status.in_(("active", "on-hold", "unknown")))


class OpenRequest(Entity):
    """A request of any kind but complaints, which have clocks of their own."""

    label = N_("Requests")
    table = Request
    location_id = Request.location_id
    owner = Request.owner
    priority = Request.priority
    display = Request.kind
    states = {
        "unanswered": State(N_("not answered"), lambda now: IS_OPEN, lambda now: Request.received_at),
    }
