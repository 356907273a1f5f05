"""Whether one record names another: the order behind a report, the diagnosis of a visit, the visit itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, false, literal, or_, select

from journeys.criteria.dates import Flag
from journeys.criteria.fields.base import Record
from journeys.criteria.kinds import Words
from journeys.foundation.words import N_
from journeys.store.clinical import Encounter
from journeys.store.sources import SourceAlias, SourceLink, SourceRecord

VISIT = "encounter"

LINKS: Words = {
    "based_on": N_("by the order behind it"),
    "focus": N_("by what it is about"),
    "reason": N_("by its reason"),
    "diagnosis": N_("by a diagnosis"),
    "part_of": N_("as a part"),
    VISIT: N_("by the same visit"),
}
"""How a record can name another one, and how that reads."""

LINK = SourceLink.__table__.alias("link")
NAMED = SourceRecord.__table__.alias("named_record")
ALIAS = SourceAlias.__table__.alias("named_alias")


Found = tuple[Record, Any]
"""A kind of record and one row of it."""


def are_linked(name: str, one: Found, other: Found) -> Flag:
    """Whether either of two records names the other."""
    if name == VISIT:
        return same_visit(one, other)
    (_, first), (_, second) = one, other
    if not all("source_record_id" in row.c for row in (first, second)):
        return false()
    return or_(names(name, first, second), names(name, second, first))


def names(name: str, one: Any, other: Any) -> Flag:
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


def same_visit(one: Found, other: Found) -> Flag:
    """Whether two records belong to one visit, or one of them is the visit of the other."""
    first, second = visit_of(*one), visit_of(*other)
    return false() if first is None or second is None else first == second


def visit_of(record: Record, row: Any) -> Any:
    """The visit that a row belongs to, as its id; None for records that have none."""
    if record.table is Encounter:
        return row.c.id
    return row.c.encounter_id if "encounter_id" in row.c else None
