"""Takes a form out of force: its address leads nowhere until it is published again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.putting_in_force.definitions import FORM, find
from journeys.store.putting_in_force.out_of_force import take_out_of_force


def close_form(session: Session, act: Act, slug: str) -> None:
    """Close it; what was sent in stays. Stale when it is not in force."""
    definition = find(session, FORM, slug)
    take_out_of_force(session, act, definition)
    audit.note(session, "U", f"definition.{FORM}", ids=[definition.id], detail={"slug": slug, "what": "closed"})
