"""Reads configuration that is in force: what every room asks the store for by kind and slug."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.errors import Missing
from journeys.store.configuration import Definition, DefinitionVersion

SEGMENT = "segment"
JOURNEY = "journey"
TEMPLATE = "template"
CONTACT_RULE = "contact-rule"
STAGE = "stage"
SETTING = "setting"
VALUE_SET = "value-set"
FIELD = "field"
WORDING = "wording"
ORGANISATION = "organisation"
"""The setting that names the organisation's own time zone, its languages, and whether one person suffices."""


def find(session: Session, kind: str, slug: str) -> Definition:
    """The definition of this kind and slug, or Missing."""
    definition = session.scalar(select(Definition).where(Definition.kind == kind, Definition.slug == slug))
    if definition is None:
        raise Missing(f"There is no {kind} {slug}")
    return definition


def live_versions(session: Session, kind: str) -> dict[str, DefinitionVersion]:
    """The versions in force of one kind, by slug; paused and retired ones are not in force."""
    rows = session.execute(
        select(Definition.slug, DefinitionVersion)
        .join(DefinitionVersion, DefinitionVersion.id == Definition.live_version_id)
        .where(Definition.kind == kind, Definition.status == "active")
        .order_by(Definition.slug)
    )
    return {slug: version for slug, version in rows}  # noqa: C416
