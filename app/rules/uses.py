"""Finds what names a segment: other segments, and journeys in their entry, branches, goals and exits."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session

from journeys.foundation.tables import Texts
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.definitions import SEGMENT

NAMED = "$.** ? (@.segment == $slug)"
"""An SQL/JSON path: any part of a definition that names the segment."""


@dataclass(frozen=True)
class Use:
    """One definition that names a segment; `in_force` says whether its published version does, or only its draft."""

    kind: str
    slug: str
    name: Texts
    in_force: bool


def uses_of(session: Session, slug: str) -> list[Use]:
    """Every other definition that names a segment, in the order of kind and slug."""
    by_draft = names(Definition.draft, slug)
    by_version = names(DefinitionVersion.content, slug)
    rows = session.execute(
        select(Definition.kind, Definition.slug, Definition.name, by_version)
        .outerjoin(DefinitionVersion, DefinitionVersion.id == Definition.live_version_id)
        .where(or_(by_draft, by_version))
        .where(or_(Definition.kind != SEGMENT, Definition.slug != slug))
        .order_by(Definition.kind, Definition.slug)
    )
    return [Use(*row) for row in rows]


def names(content: Any, slug: str) -> ColumnElement[bool]:
    """SQL: whether a content names the segment anywhere; false for no content."""
    variables = func.jsonb_build_object("slug", cast(slug, Text))
    return func.coalesce(func.jsonb_path_exists(content, cast(NAMED, JSONPATH), variables), False)
