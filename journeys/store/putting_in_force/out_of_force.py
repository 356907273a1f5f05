"""Takes what is in force out of force; its versions stay, for whatever is pinned to them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.errors import Stale
from journeys.store.configuration import Definition


def take_out_of_force(session: Session, act: Act, definition: Definition) -> None:
    """Retire a definition; Stale when it is not in force (or is paused). The verb that asks for it audits it."""
    if definition.status != "active":
        raise Stale(f"The {definition.kind} {definition.slug} is not in force")
    definition.status = "retired"
    definition.live_version = None
    definition.changed_at = act.now
    definition.changed_by = act.by
    session.flush()
