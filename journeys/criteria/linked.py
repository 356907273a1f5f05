"""Whether one record names another: the order behind a report, the diagnosis of a visit, the visit itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import false, or_

from journeys.criteria.dates import Flag
from journeys.criteria.fields.base import Record
from journeys.criteria.kinds import Words
from journeys.criteria.source_links import names
from journeys.foundation.words import N_
from journeys.store.clinical import Encounter

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


def same_visit(one: Found, other: Found) -> Flag:
    """Whether two records belong to one visit, or one of them is the visit of the other."""
    first, second = visit_of(*one), visit_of(*other)
    return false() if first is None or second is None else first == second


def visit_of(record: Record, row: Any) -> Any:
    """The visit that a row belongs to, as its id; None for records that have none."""
    if record.table is Encounter:
        return row.c.id
    return row.c.encounter_id if "encounter_id" in row.c else None
