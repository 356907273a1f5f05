"""Reads configuration that is in force: what every room asks the store for by kind and slug."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.database import PREPARED
from journeys.foundation.errors import Missing, Stale
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
FORM = "form"
GUIDELINE = "guideline"
SAFETY_CLOCK = "safety-clock"
ORGANISATION = "organisation"
"""The setting that names the organisation's own time zone, its languages, and whether one person suffices."""


def find(session: Session, kind: str, slug: str, row_version: int | None = None) -> Definition:
    """The definition of this kind and slug, or Missing; Stale when its draft was saved since `row_version`."""
    definition = session.scalar(select(Definition).where(Definition.kind == kind, Definition.slug == slug))
    if definition is None:
        raise Missing(f"There is no {kind} {slug}")
    if row_version is not None and definition.row_version != row_version:
        raise Stale(f"The {kind} {slug} was changed by somebody else")
    return definition


def live_versions(session: Session, kind: str) -> dict[str, DefinitionVersion]:
    """The versions in force of one kind, by slug; paused and retired ones are not in force."""
    return live_versions_of(session, kind)[kind]


def live_versions_of(session: Session, *kinds: str) -> dict[str, dict[str, DefinitionVersion]]:
    """The same of several kinds by one statement, by kind and slug."""
    rows = session.execute(
        select(Definition.kind, Definition.slug, DefinitionVersion)
        .join(DefinitionVersion, DefinitionVersion.id == Definition.live_version_id)
        .where(Definition.kind.in_(kinds), Definition.status == "active")
        .order_by(Definition.slug)
        .execution_options(**PREPARED)
    )
    found: dict[str, dict[str, DefinitionVersion]] = {kind: {} for kind in kinds}
    for kind, slug, version in rows:
        found[kind][slug] = version
    return found
