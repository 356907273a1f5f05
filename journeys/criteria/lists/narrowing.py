"""Filters of lists as SQL: by the fact row where a field has a column there, else by the values that hold now.

Both read typed columns by an index. Fact rows that may not be true any more are passed over for the values themselves,
row by row, as rules do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, any_, false, func, literal, select, true

from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.facts import CUSTOM, FieldInRules
from journeys.criteria.facts.facts import Facts
from journeys.criteria.facts.members import are_usable, is_true_now, members
from journeys.criteria.facts.summaries import Summary, of_field
from journeys.criteria.kinds import CODES, NUMBER
from journeys.criteria.known import Known
from journeys.store.lists.list_patients import Narrowing
from journeys.store.people import Patient

Flag = ColumnElement[bool]
ID = Patient.id


@dataclass(frozen=True)
class FieldFilter:
    """What the value of one field has to be: this one, from `low` to `high` (both included), or recorded at all or not.

    `value` is true, false or a code; of many choices it is one of them. Numbers are in the field's unit. It wants one
    of these, and there is at most one filter a field.
    """

    slug: str
    value: bool | str | None = None
    low: Any = None
    high: Any = None
    is_known: bool | None = None


@dataclass(frozen=True)
class Asked:
    """A filter beside its field."""

    filter: FieldFilter
    field: FieldInRules

    @property
    def summary(self) -> Summary:
        """What a column of the fact row would hold."""
        return of_field(CUSTOM + self.filter.slug, {}, self.field.facet.kind)

    @property
    def wants_nothing_recorded(self) -> bool:
        """Whether those are looked for who have no value."""
        return self.filter.is_known is False

    def by_value(self) -> Flag:
        """Whether a row of values is this patient's, holds, and fits."""
        return and_(self.field.rows.c.record_id == ID, self.field.are_meant(self.field.rows), *self.compared())

    def compared(self) -> list[Flag]:
        """Whether the value in a row of values fits; a number by what an index can be asked for, then exactly."""
        if self.filter.is_known is not None:
            return []
        flags = fits(self.filter, self.field.column)
        if self.field.facet.kind == NUMBER:
            flags += fits(rounded(self.filter), self.field.rows.c.value_rounded)
        return flags

    def looked_up(self) -> Flag:
        """Whether a patient has a value that fits, looked up by the patient's id and in no other way."""
        one = select(literal(1)).where(self.by_value()).correlate_except(self.field.rows).limit(1).scalar_subquery()
        return one.is_(None) if self.wants_nothing_recorded else one.is_not(None)

    def lacking(self, facts: Facts, now: dt.datetime) -> Subquery:
        """Who has no value, each once, as a rule finds them: along the fact rows, as few looks as there are rows."""
        name = CUSTOM + self.filter.slug
        in_words = Known(custom={self.filter.slug: self.field})
        return members({"all": [{"field": name, "is": "unknown"}]}, now, in_words, facts).subquery()

    def on_facts(self, column: ColumnElement[Any]) -> Flag:
        """The same by the column of the fact row."""
        if self.filter.is_known is not None:
            return column.is_(None) if self.wants_nothing_recorded else column.is_not(None)
        if self.field.facet.kind == CODES:
            return literal(self.filter.value) == any_(column)
        return and_(true(), *fits(self.filter, column))


def fits(wanted: FieldFilter, column: ColumnElement[Any]) -> list[Flag]:
    """The comparisons of one column."""
    flags = []
    if wanted.value is not None:
        flags.append(column == wanted.value)
    if wanted.low is not None:
        flags.append(column >= wanted.low)
    if wanted.high is not None:
        flags.append(column <= wanted.high)
    return flags


def rounded(wanted: FieldFilter) -> FieldFilter:
    """The same bounds as `value_rounded` has them; rounding keeps the order, so nobody is left out."""
    low, high = (None if bound is None else float(bound) for bound in (wanted.low, wanted.high))
    return FieldFilter(wanted.slug, low=low, high=high)


def narrowing(
    filters: Sequence[FieldFilter],
    fields: Mapping[str, CustomField],
    facts: Facts,
    now: dt.datetime,
    noted: Mapping[str, Any],
) -> Narrowing:
    """What filters narrow a list of patients to."""
    asked = [Asked(each, FieldInRules(fields[each.slug])) for each in filters]
    kept = [each for each in asked if facts.has(each.summary)]
    others = [each.looked_up() for each in asked if each not in kept]
    by_facts = [by_fact_row(kept, facts, now)] if kept else []

    def found(query: Select) -> Select:
        """Begin with the rows of values; of what is not recorded there are none, so with the fact rows that lack it."""
        for each in asked:
            if not each.wants_nothing_recorded:
                query = query.join(each.field.rows, each.by_value())
            elif each in kept:
                lacking = each.lacking(facts, now)
                query = query.join(lacking, lacking.c.patient_id == ID)
            else:
                query = query.where(each.looked_up())
        return query

    return Narrowing([*by_facts, *others], found, noted)


def by_fact_row(kept: Sequence[Asked], facts: Facts, now: dt.datetime) -> Flag:
    """Whether a patient's fact row fits, looked up once for all filters; by values where the row is not surely true."""
    rows = facts.rows
    holds = func.coalesce(and_(true(), *[each.on_facts(rows.c[each.summary.name]) for each in kept]), false())
    trusted = (rows.c.patient_id == ID, are_usable(now, facts), *is_true_now(rows, now))
    by_row = select(holds).where(*trusted).correlate_except(rows).scalar_subquery()
    by_values = and_(true(), *[each.looked_up() for each in kept])
    return func.coalesce(by_row, by_values)
