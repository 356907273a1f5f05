"""Saves a draft of configuration: anything may be saved, whole or wrong, because nothing of it is in force yet."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem, Stale
from journeys.foundation.ids import is_slug
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_
from journeys.store.configuration import Definition


def save_draft(
    session: Session,
    act: Act,
    kind: str,
    slug: str,
    name: Texts,
    content: dict[str, Any],
    row_version: int | None = None,
    pack: str | None = None,
    is_new: bool = False,
) -> Definition:
    """Create or change the draft of one definition and return it.

    `row_version` is what the editor had read: Stale when somebody saved since. None creates, or overwrites knowingly.
    `is_new` only creates: Invalid at `slug` when there is one of this kind and slug.
    """
    if not is_slug(slug):
        raise Invalid([Problem("slug", N_("Use lower-case letters, digits and hyphens, for example recall-due"))])
    definition = session.scalar(select(Definition).where(Definition.kind == kind, Definition.slug == slug))
    if definition is None:
        definition = Definition(kind=kind, slug=slug, changed_by=act.by)
        session.add(definition)
    elif is_new:
        raise Invalid([Problem("slug", N_("There is one with this short name already"))])
    elif row_version is not None and definition.row_version != row_version:
        raise Stale(f"{kind} {slug} was changed by somebody else")
    if definition.draft != content:
        definition.authors = sorted({*(definition.authors or ()), act.by})
    definition.name = name
    definition.draft = content
    definition.pack = pack or definition.pack
    definition.changed_at = act.now
    definition.changed_by = act.by
    # whoever asked for it to be put in force asked for another text
    definition.asked_at = definition.asked_by = None
    session.flush()
    audit.note(session, "U", f"definition.{kind}", ids=[definition.id], detail={"slug": slug})
    return definition
