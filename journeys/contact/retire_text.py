"""Takes a template or wording out of force; what was published with it keeps it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Stale
from journeys.store.definitions import find


def retire_text(session: Session, act: Act, kind: str, slug: str) -> None:
    """Retire it: no journey or template published from now on can use it. Stale when it is not in force."""
    definition = find(session, kind, slug)
    if definition.status != "active":
        raise Stale(f"The {kind} {slug} is not in force")
    definition.status = "retired"
    definition.live_version = None
    definition.changed_at = act.now
    definition.changed_by = act.by
    definition.asked_at = definition.asked_by = None
    session.flush()
    audit.note(session, "U", f"definition.{kind}", ids=[definition.id], detail={"slug": slug, "what": "retired"})
