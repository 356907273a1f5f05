"""Takes a field out of force: it is asked and used nowhere any more; its values stay and come back with it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.criteria.custom.changing import IS_USED
from journeys.criteria.custom.used_in import binding, uses
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import FIELD, find

OF_EVERY_BRANCH = N_("The field is asked in every branch: only who works for every branch may retire it")


def retire_field(session: Session, act: Act, slug: str, row_version: int | None = None) -> Definition:
    """Return the definition; Invalid with everything in force that uses it, which would break.

    Invalid, too, for who works for some branches: that nobody walks through an older version there says nothing of
    the others.
    """
    definition = find(session, FIELD, slug, row_version)
    if act.scope.locations is not None:
        raise Invalid([Problem("slug", OF_EVERY_BRANCH)])
    in_the_way = binding(uses(session).get(slug, []))
    if in_the_way:
        raise Invalid([Problem("slug", IS_USED, {"kind": use.kind, "slug": use.slug}) for use in in_the_way])
    definition.status = "retired"
    definition.live_version = None
    definition.changed_at = act.now
    definition.changed_by = act.by
    session.flush()
    audit.note(session, "D", "definition.field", ids=[definition.id], detail={"slug": slug})
    return definition
