"""Finds the definitions that name something: a segment, a value set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, false, func, or_, select
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session

from journeys.foundation.tables import Texts
from journeys.store.configuration import Definition, DefinitionVersion


@dataclass(frozen=True)
class Use:
    """One definition that names something; `in_force` says whether its published version does, or only its draft."""

    kind: str
    slug: str
    name: Texts
    in_force: bool


def uses_by(session: Session, path: str, slug: str, *others: ColumnElement[bool]) -> list[Use]:
    """Every definition among `others` that names something by its slug, in the order of kind and slug.

    `path` is an SQL/JSON path to the parts of a definition that name `$slug`.
    """
    by_draft = names(Definition.draft, path, slug)
    by_version = names(DefinitionVersion.content, path, slug)
    rows = session.execute(
        select(Definition.kind, Definition.slug, Definition.name, by_version)
        .outerjoin(DefinitionVersion, DefinitionVersion.id == Definition.live_version_id)
        .where(or_(by_draft, by_version), *others)
        .order_by(Definition.kind, Definition.slug)
    )
    return [Use(*row) for row in rows]


def names(content: Any, path: str, slug: str) -> ColumnElement[bool]:
    """SQL: whether a content names it anywhere; false for no content."""
    variables = func.jsonb_build_object("slug", cast(slug, Text))
    found: ColumnElement[bool] = func.jsonb_path_exists(content, cast(path, JSONPATH), variables)
    return func.coalesce(found, false())
