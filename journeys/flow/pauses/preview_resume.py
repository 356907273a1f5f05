"""Shows what came due while a journey was paused; changes nothing."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.flow.pauses.stale import Stale, stale_of
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.putting_in_force.definitions import JOURNEY, find


def preview_resume(session: Session, act: Act, slug: str) -> Stale:
    """What is stale, of the patients of this scope."""
    definition = find(session, JOURNEY, slug)
    found = stale_of(session, act.now, definition.id)
    audit.note(session, "R", "journey.pause", [definition.id], detail={"slug": slug, "held": found.held})
    return found
