"""Where a value set is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, false, func, or_, select
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session

from journeys.foundation.tables import Texts
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.definitions import VALUE_SET

NAMED = '$.** ? ((@.is == "in_value_set" || @.is == "not_in_value_set") && @.value == $slug)'
"""An SQL/JSON path: any part of any definition that looks a code up (see `criteria.naming`)."""


@dataclass(frozen=True)
class Use:
    """One definition that names a value set; `in_force` says whether its published version does, or only its draft."""

    kind: str
    slug: str
    name: Texts
    in_force: bool


def used_in(session: Session, slug: str) -> list[Use]:
    """Every definition that names a value set, whatever its kind, in the order of kind and slug."""
    by_draft = names(Definition.draft, slug)
    by_version = names(DefinitionVersion.content, slug)
    rows = session.execute(
        select(Definition.kind, Definition.slug, Definition.name, by_version)
        .outerjoin(DefinitionVersion, DefinitionVersion.id == Definition.live_version_id)
        .where(Definition.kind != VALUE_SET, or_(by_draft, by_version))
        .order_by(Definition.kind, Definition.slug)
    )
    return [Use(*row) for row in rows]


def names(content: Any, slug: str) -> ColumnElement[bool]:
    """SQL: whether a content names a value set anywhere."""
    variables = func.jsonb_build_object("slug", cast(slug, Text))
    found: ColumnElement[bool] = func.jsonb_path_exists(content, cast(NAMED, JSONPATH), variables)
    return func.coalesce(found, false())
