"""Where a value set is named."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.criteria.using import Use, uses_by
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import VALUE_SET

NAMED = '$.** ? ((@.is == "in_value_set" || @.is == "not_in_value_set") && @.value == $slug)'
"""An SQL/JSON path: any part of any definition that looks a code up (see `criteria.naming`)."""


def used_in(session: Session, slug: str) -> list[Use]:
    """Every definition that names a value set, whatever its kind, in the order of kind and slug."""
    return uses_by(session, NAMED, slug, Definition.kind != VALUE_SET)
