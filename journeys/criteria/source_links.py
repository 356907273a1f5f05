"""Whether the source of one row names that of another."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, literal, or_, select

from journeys.store.sources import SourceAlias, SourceLink, SourceRecord

LINK = SourceLink.__table__.alias("link")
NAMED = SourceRecord.__table__.alias("named_record")
ALIAS = SourceAlias.__table__.alias("named_alias")


def names(name: str, one: Any, other: Any) -> ColumnElement[bool]:
    """Whether the source record of one row names that of the other, by its id or by an alias."""
    by_id = and_(NAMED.c.resource_type == LINK.c.resource_type, NAMED.c.outside_id == LINK.c.outside_id)
    is_alias = and_(
        ALIAS.c.source_record_id == NAMED.c.id,
        ALIAS.c.source_id == LINK.c.source_id,
        ALIAS.c.token == LINK.c.token,
    )
    by_alias = select(literal(1)).select_from(ALIAS).where(is_alias).correlate_except(ALIAS).exists()
    found = select(literal(1)).select_from(LINK.join(NAMED, NAMED.c.source_id == LINK.c.source_id))
    mine = (LINK.c.source_record_id == one.c.source_record_id, NAMED.c.id == other.c.source_record_id)
    return found.where(LINK.c.name == name, *mine, or_(by_id, by_alias)).correlate_except(LINK, NAMED).exists()
