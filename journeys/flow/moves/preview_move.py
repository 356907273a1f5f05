"""Shows where the patients of older versions would land in the version in force; changes nothing."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.flow.moves.landing import Landing, Targets, landings
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.putting_in_force.definitions import JOURNEY, find


def preview_move(session: Session, act: Act, slug: str, targets: Targets) -> list[Landing]:
    """The landing table; `targets` is where somebody wants them to go, as in `landing.Targets`."""
    found = landings(session, find(session, JOURNEY, slug), targets)
    audit.note(session, "R", "journey.move", detail={"slug": slug, "standing": sum(row.standing for row in found)})
    return found
