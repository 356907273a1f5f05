"""Takes the retiring of a field back: its last version is in force again, with every value."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.criteria.custom.check import field_problems
from journeys.criteria.known import known
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing, refuse_errors
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import FIELD, find


def restore_field(session: Session, act: Act, slug: str) -> Definition:
    """Return the definition; Invalid when what the field names has gone meanwhile, Missing when it is not retired."""
    definition = find(session, FIELD, slug)
    version = session.scalar(
        select(DefinitionVersion)
        .where(DefinitionVersion.definition_id == definition.id)
        .order_by(DefinitionVersion.number.desc())
        .limit(1)
    )
    if definition.status != "retired" or version is None:
        raise Missing(f"There is no retired field {slug}")
    refuse_errors(field_problems(version.content, slug, known(session)))
    definition.live_version = version
    # the reference is written before the state, because only what has a version may be active
    session.flush()
    definition.status = "active"
    definition.changed_at = act.now
    definition.changed_by = act.by
    session.flush()
    audit.note(session, "U", "definition.field", ids=[definition.id], detail={"slug": slug, "what": "restored"})
    return definition
