"""A consultant asks for a field to be put in force; whoever approves publishes it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from journeys.criteria.custom.changing import draft_problems
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import refuse_errors
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import FIELD, find


def ask_to_publish_field(
    session: Session, act: Act, slug: str, row_version: int | None = None, known_roles: Collection[str] | None = None
) -> Definition:
    """Keep who asked and when; Invalid with every problem that would bar it, so that nobody is asked in vain.

    Saving the draft again takes the question back, publishing answers it.
    """
    definition = find(session, FIELD, slug, row_version)
    refuse_errors(draft_problems(session, act, slug, definition.draft or {}, known_roles))
    definition.asked_at = act.now
    definition.asked_by = act.by
    session.flush()
    audit.note(session, "U", "definition.field", ids=[definition.id], detail={"slug": slug, "what": "asked"})
    return definition
