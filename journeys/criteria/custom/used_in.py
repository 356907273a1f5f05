"""Finds where a custom field is used: segments, journeys, templates, packs, other fields, lists; drafts and what is in
force."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Text, cast, func, or_, select
from sqlalchemy.orm import Session

from journeys.criteria.custom.naming import names_in
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.tables import Texts
from journeys.store.configuration import Definition, DefinitionVersion, VersionPin
from journeys.store.enrolments import Enrolment
from journeys.store.list_settings import ListSetting
from journeys.store.putting_in_force.definitions import FIELD, JOURNEY, SEGMENT, TEMPLATE

DRAFT = "draft"
IN_FORCE = "in-force"
RUNNING = "running"
"""`running`: an older version that patients still walk through, with what it is pinned to."""

BINDING = (SEGMENT, JOURNEY, TEMPLATE, FIELD)
"""What would break without the field; a pack or a contact rule only mentions it, and a list does without."""

LIST = "list"
"""The kind of use that is no definition: somebody has chosen the field for a list."""


@dataclass(frozen=True)
class Use:
    """One piece of configuration that names a field; `where` are the places in it, `state` draft, in-force, running."""

    kind: str
    slug: str
    name: Texts
    state: str
    where: tuple[str, ...]


def used_in(session: Session, act: Act, slug: str) -> list[Use]:
    """Every use of one field, what is in force first."""
    audit.nothing_happened(session)
    return uses(session).get(slug, [])


def uses(session: Session) -> dict[str, list[Use]]:
    """Every use of every field by slug; that a field's own content names it is no use."""
    found: dict[str, list[Use]] = {}
    for state, versions in ((IN_FORCE, in_force()), (RUNNING, running()), (DRAFT, drafts())):
        for kind, slug, name, content in session.execute(versions):
            for field, where in places_by_field(content).items():
                use = Use(kind, slug, name, state, where)
                if (kind, slug) != (FIELD, field) and use not in found.get(field, []):
                    found.setdefault(field, []).append(use)
    for list_name, field in session.execute(chosen_for_lists()):
        found.setdefault(field, []).append(Use(LIST, list_name, {}, IN_FORCE, ("fields",)))
    return found


def binding(used: Collection[Use]) -> list[Use]:
    """The uses that would break: those in force, or still running, that bind."""
    return [use for use in used if use.state in {IN_FORCE, RUNNING} and use.kind in BINDING]


def places_by_field(content: Any) -> dict[str, tuple[str, ...]]:
    """Slug of a field → the places where a piece of configuration names it."""
    places: dict[str, tuple[str, ...]] = {}
    for where, field in names_in(content):
        places[field] = (*places.get(field, ()), where)
    return places


def in_force() -> Select[Any]:
    """SELECT the configuration in force that names some custom field."""
    return (
        select(Definition.kind, Definition.slug, Definition.name, DefinitionVersion.content)
        .join(DefinitionVersion, DefinitionVersion.id == Definition.live_version_id)
        .where(Definition.status.in_(("active", "paused")), names_some(DefinitionVersion.content))
        .order_by(Definition.kind, Definition.slug)
    )


def running() -> Select[Any]:
    """SELECT the versions out of force that patients still walk through, and those that these are pinned to."""
    walked = select(Enrolment.version_id).where(Enrolment.ended_at.is_(None)).distinct()
    pinned = select(VersionPin.pinned_version_id).where(VersionPin.version_id.in_(walked))
    return (
        select(Definition.kind, Definition.slug, Definition.name, DefinitionVersion.content)
        .join(DefinitionVersion, DefinitionVersion.definition_id == Definition.id)
        .where(
            or_(DefinitionVersion.id.in_(walked), DefinitionVersion.id.in_(pinned)),
            DefinitionVersion.id.is_distinct_from(Definition.live_version_id),
            names_some(DefinitionVersion.content),
        )
        .order_by(Definition.kind, Definition.slug, DefinitionVersion.number)
    )


def chosen_for_lists() -> Select[Any]:
    """SELECT the lists and the fields that somebody has chosen for them, whoever it is."""
    chosen = func.jsonb_array_elements_text(ListSetting.fields).label("field")
    return select(ListSetting.list_name, chosen).distinct().order_by(ListSetting.list_name, chosen)


def drafts() -> Select[Any]:
    """SELECT the drafts that name some custom field."""
    return (
        select(Definition.kind, Definition.slug, Definition.name, Definition.draft)
        .where(Definition.status != "retired", names_some(Definition.draft))
        .order_by(Definition.kind, Definition.slug)
    )


def names_some(content: Any) -> Any:
    """SQL: whether the text of a content may name a custom field at all."""
    return cast(content, Text).like("%custom.%")
