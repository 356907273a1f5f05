"""Custom fields as rules see them: a fact of the patient, or an attribute of the records of one kind.

Values are read from the rows of `custom_value` that hold now. Many choices are one array of codes, NULL when there are
none. Of sealed texts and tables rules learn only whether there is one. Values of an earlier type are not seen.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.types import type_of
from journeys.criteria.dates import Clock
from journeys.criteria.fields.base import Attribute, Field, Of, Record
from journeys.criteria.kinds import Facet
from journeys.criteria.operators.base import Fact
from journeys.criteria.subject import Subject
from journeys.foundation.words import in_language
from journeys.store.custom_values import COLUMNS, MANY, YES_NO, CustomValue

CUSTOM = "custom."
"""What the names of custom fields begin with in rules; the slug follows."""

SEALED = "value_sealed"


def name_in_rules(record_kind: str) -> str:
    """What rules call a kind of record: a conversation is a request of the patient."""
    return {"conversation": "request"}.get(record_kind, record_kind)


@dataclass(frozen=True)
class FieldInRules:
    """One custom field for `Known.custom`; `at` is the moment whose value counts, None the value that holds now."""

    field: CustomField
    at: dt.datetime | None = None

    @property
    def on(self) -> str:
        """`patient`, or the name that rules have for the kind of record."""
        return name_in_rules(self.field.on)

    @cached_property
    def facet(self) -> Facet:
        """Its kind, label, choices and unit; in English where nobody asks for the clinic's own words."""
        return Facet(
            kind=type_of(self.field).kind,
            label=in_language(self.field.name, "en"),
            choices={code: in_language(name, "en") for code, name in self.field.choices.items()},
            unit=self.field.unit,
            texts=self.field.name,
            names=self.field.choices,
        )

    @cached_property
    def rows(self) -> Any:
        """The table of values under a name of its own; made once, it is slow."""
        return CustomValue.__table__.alias(f"custom_{self.field.slug}".replace("-", "_"))

    def value(self, record_id: Any) -> ColumnElement[Any]:
        """SQL: the value that a record has now, NULL when none is recorded."""
        several = func.array_agg(self.column).aggregate_order_by(self.column)
        wanted = several if self.field.type == MANY else self.column
        mine = (self.rows.c.record_id == record_id, self.are_meant(self.rows))
        return select(wanted).where(*mine).correlate_except(self.rows).scalar_subquery()

    def compared(self, record_id: Any, clock: Clock) -> Fact:
        """The same as it is compared: looked up in all values at once, except where several rows are one value."""
        if self.field.type == MANY:
            return Fact(self.value(record_id), self.facet.kind, clock)
        key = (self.rows.c.record_id, record_id)
        return Fact(self.column, self.facet.kind, clock, rows=self.rows, key=key, only=self.are_meant(self.rows))

    def gathered(self, rows: Any) -> ColumnElement[Any]:
        """SQL: the same out of rows grouped by record, where the values of several fields are read at once."""
        column = self.column_in(rows)
        if self.field.type == MANY:
            return func.array_agg(aggregate_order_by(column, column)).filter(self.are_meant(rows))
        # one row at most is meant, so each of these is its value
        one = func.bool_and(column) if self.field.type == YES_NO else func.max(column)
        return one.filter(self.are_meant(rows))

    @property
    def column(self) -> ColumnElement[Any]:
        """SQL: the value in a row; of what is sealed only that there is one."""
        return self.column_in(self.rows)

    def column_in(self, rows: Any) -> ColumnElement[Any]:
        """SQL: the same in other rows of the table of values."""
        column: ColumnElement[Any] = rows.c[COLUMNS[self.field.type]]
        return literal(1) if column.key == SEALED else column

    def are_meant(self, row: Any) -> ColumnElement[bool]:
        """SQL: whether a row is a value of this field that holds."""
        return and_(
            row.c.field == self.field.slug,
            row.c.record_kind == self.field.on,
            row.c.type == self.field.type,
            self.holds(row),
        )

    def holds(self, row: Any) -> ColumnElement[bool]:
        """SQL: whether a row holds at the moment that counts."""
        if self.at is None:
            return row.c.until_at.is_(None)
        return and_(row.c.from_at <= self.at, or_(row.c.until_at.is_(None), row.c.until_at > self.at))

    def fact(self) -> Field:
        """The field as a fact of the patient."""
        return CustomFact(self)

    def attribute(self) -> Attribute:
        """The field as an attribute of the records of its kind."""
        facet = self.facet
        return CustomAttribute(SEALED, facet.kind, facet.label, facet.choices, of=self)


class CustomFact(Field):
    """A field that the clinic has defined by itself."""

    def __init__(self, of: FieldInRules) -> None:
        """Take name, label and kind from the definition; the fields of files have them from their class."""
        self.of = of
        vars(self).update(name=CUSTOM + of.field.slug, label=of.facet.label, kind=of.facet.kind)
        vars(self).update(choices=of.facet.choices)

    def facet(self, of: Of, focus: Record | None) -> Facet:
        """What the definition says."""
        return self.of.facet

    def value(self, subject: Subject, clock: Clock, of: Of) -> ColumnElement[Any]:
        """The value that is recorded now."""
        return self.of.value(subject.patient_id)

    def fact(self, subject: Subject, clock: Clock, of: Of, kind: str) -> Fact:
        """The value as it is compared."""
        return self.of.compared(subject.patient_id, clock)


@dataclass(frozen=True)
class CustomAttribute(Attribute):
    """An attribute that the clinic has defined by itself."""

    of: FieldInRules | None = None

    def facet(self) -> Facet:
        """What the definition says."""
        return super().facet() if self.of is None else self.of.facet

    def value(self, row: Any) -> ColumnElement[Any]:
        """The value that is recorded of this row now."""
        return super().value(row) if self.of is None else self.of.value(row.c.id)

    def fact(self, row: Any, clock: Clock) -> Fact:
        """The value as it is compared."""
        return super().fact(row, clock) if self.of is None else self.of.compared(row.c.id, clock)
