"""Complaints: from the moment they arrive until somebody has resolved them."""

from __future__ import annotations

from sqlalchemy import and_

from journeys.foundation.words import N_
from journeys.store.plans import Request
from journeys.work.clocks.entities.base import Entity, State

IS_OPEN = and_(Request.kind == "complaint", Request.status.in_(("active", "on-hold", "unknown")))


class OpenComplaint(Entity):
    """A request of the kind complaint."""

    label = N_("Complaints")
    table = Request
    location_id = Request.location_id
    owner = Request.owner
    priority = Request.priority
    states = {
        "unowned": State(
            N_("taken up by nobody"),
            lambda now: and_(IS_OPEN, Request.owner.is_(None)),
            lambda now: Request.received_at,
            of_deceased=True,
        ),
        "unresolved": State(N_("not resolved"), lambda now: IS_OPEN, lambda now: Request.received_at, of_deceased=True),
    }
