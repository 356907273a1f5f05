"""Takes a template, wording or contact rule out of force; what was published with it keeps it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.putting_in_force.definitions import find
from journeys.store.putting_in_force.out_of_force import take_out_of_force


def retire_text(session: Session, act: Act, kind: str, slug: str) -> None:
    """Retire it: no journey or template published from now on can use it. Stale when it is not in force."""
    definition = find(session, kind, slug)
    take_out_of_force(session, act, definition)
    definition.asked_at = definition.asked_by = None
    audit.note(session, "U", f"definition.{kind}", ids=[definition.id], detail={"slug": slug, "what": "retired"})
