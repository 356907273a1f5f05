"""What a file in this folder defines: a `Field`, one fact about a patient, or a `Record`, something that happens.

Both are named as their file. The docstring of the class is its help; `label` and all other words are message ids.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Text, and_, case, cast, false, func, null, select, true

from journeys.criteria.dates import Clock
from journeys.criteria.kinds import CODE, DAY, INSTANT, NUMBER, RECORD, SYSTEM, UNIT, Facet, Words
from journeys.criteria.operators.base import Fact
from journeys.criteria.subject import Subject

Of = Mapping[str, str]
"""What `of` says in a rule: the parameters of a field, by name."""


class Field:
    """One fact about a patient, as one SQL value; NULL where it is not known."""

    name: ClassVar[str]
    label: ClassVar[str]
    kind: ClassVar[str]
    choices: ClassVar[Words] = {}
    pattern: ClassVar[str] = ""
    example: ClassVar[str] = ""
    has_whole_numbers: ClassVar[bool] = False
    may_be_unknown: ClassVar[bool] = True
    """Whether it can be that nothing is known; a field that always has a value says no."""
    parameters: ClassVar[Mapping[str, Words]] = {}
    """What `of` must hold: name → its possible values. Empty words mean that any text is possible."""
    dates: ClassVar[tuple[str, ...]] = ()
    """Which of the parameters are days."""
    changes_at: ClassVar[tuple[Any, tuple[str, ...]] | None] = None
    """(table, columns): the dates of the patient's rows at which this fact may change although nobody changes anything.
    None where it does not depend on the time, or cannot be kept in a fact row because it depends on the day."""

    def facet(self, of: Of, focus: Record | None) -> Facet:
        """The kind, label and values of this fact; `focus` is the kind of record that the rule is about."""
        return Facet(self.kind, self.label, self.choices, self.pattern, self.example)

    def value(self, subject: Subject, clock: Clock, of: Of) -> ColumnElement[Any]:
        """The fact of the subject as SQL."""
        raise NotImplementedError

    def fact(self, subject: Subject, clock: Clock, of: Of, kind: str) -> Fact:
        """The fact as it is compared; a file says where else it stands when one value a row would be slow."""
        return Fact(self.value(subject, clock, of), kind, clock)

    def of_whole_numbers(
        self, subject: Subject, clock: Clock, first: int | None, end: int | None
    ) -> ColumnElement[bool] | None:
        """Whether it is a whole number from `first` to below `end` as SQL, NULL where unknown; None where comparing the
        value is as quick."""
        return None


@dataclass(frozen=True)
class Attribute:
    """One column of a record that rules may ask for.

    `through` = (key, shown, …) turns a reference into what people write: `(Location.id, Location.slug)`; the first
    shown column that is known counts. `otherwise` names a column to take where the first is not known. `beside` names
    the column with the unit of a number or the code system of a code.
    """

    column: str
    kind: str
    label: str
    choices: Words = field(default_factory=dict)
    through: tuple[Any, ...] = ()
    otherwise: str = ""
    beside: str = ""

    def facet(self) -> Facet:
        """The kind, label and values of this attribute."""
        beside = "" if not self.beside else UNIT if self.kind == NUMBER else SYSTEM
        return Facet(self.kind, self.label, self.choices, beside=beside)

    def value(self, row: Any) -> ColumnElement[Any]:
        """The attribute of one row (an alias of the record's table) as SQL."""
        column: ColumnElement[Any] = row.c[self.column]
        if self.otherwise:
            return func.coalesce(column, row.c[self.otherwise])
        if not self.through:
            return column
        other, own, shown = self.other()
        return select(shown).where(own == column).correlate_except(other).scalar_subquery()

    def fact(self, row: Any, clock: Clock) -> Fact:
        """The attribute as it is compared."""
        if self.through:
            other, key, shown = self.other()
            return Fact(shown, self.kind, clock, rows=other, key=(key, row.c[self.column]))
        return Fact(self.value(row), self.kind, clock, row.c[self.beside] if self.beside else None)

    def other(self) -> tuple[Any, ColumnElement[Any], ColumnElement[Any]]:
        """(the table that is referred to, its key, what it shows)."""
        key, *shown = self.through
        other = key.class_.__table__
        first, *more = [other.c[each.key] for each in shown]
        value = func.coalesce(first, *[cast(each, Text) for each in more]) if more else first
        return other, other.c[key.key], value


def code(
    column: str, label: str, choices: Words | None = None, through: tuple[Any, ...] = (), system: str = ""
) -> Attribute:
    """An attribute that holds a code; `system` is the column with its code system."""
    return Attribute(column, CODE, label, choices or {}, through, beside=system)


def number(column: str, label: str, unit: str = "") -> Attribute:
    """An attribute that holds a number; `unit` is the column with its unit."""
    return Attribute(column, NUMBER, label, beside=unit)


def day(column: str, label: str) -> Attribute:
    """An attribute that holds a date."""
    return Attribute(column, DAY, label)


def instant(column: str, label: str, otherwise: str = "") -> Attribute:
    """An attribute that holds a date with its time."""
    return Attribute(column, INSTANT, label, otherwise=otherwise)


@dataclass(frozen=True)
class WorkedOut(Attribute):
    """An attribute that is worked out of several columns of a row."""

    of_row: Callable[[Any], ColumnElement[Any]] = lambda row: null()

    def value(self, row: Any) -> ColumnElement[Any]:
        """What is worked out, as SQL."""
        return self.of_row(row)


def worked_out(
    kind: str, label: str, of_row: Callable[[Any], ColumnElement[Any]], choices: Words | None = None
) -> Attribute:
    """An attribute that `of_row` works out of a row."""
    return WorkedOut("", kind, label, choices or {}, of_row=of_row)


class Record(Field):
    """Something that happens to patients: rows of one table, each with a date and attributes.

    `label` is its name with an article ("an appointment"), `singular` and `plural` its name after a number; `when`
    names the attribute that windows look at. Rows that say that it did not happen (`not_counted` statuses) are never
    found.
    """

    kind = RECORD
    singular: ClassVar[str]
    plural: ClassVar[str]
    table: ClassVar[Any]
    when: ClassVar[str]
    attributes: ClassVar[Mapping[str, Attribute]]
    not_counted: ClassVar[tuple[str, ...]] = ("entered-in-error",)
    since: ClassVar[str] = ""
    until: ClassVar[str] = ""
    """The attributes from when and until when it lasts, where that is not the one moment that windows look at."""
    lasting: ClassVar[tuple[str, ...]] = ()
    """The statuses in which a record without an end still goes on; in others it was one moment."""

    @cached_property
    def rows(self) -> Any:
        """The table under a name of its own, so that a batch may be rows of the same table; made once, it is slow."""
        return self.table.__table__.alias(f"some_{self.name}")

    @cached_property
    def other_rows(self) -> Any:
        """The table under the name of the records that are looked for beside one that was found."""
        return self.table.__table__.alias(f"other_{self.name}")

    @cached_property
    def focus_rows(self) -> Any:
        """The table under the name by which the focus record is looked up."""
        return self.table.__table__.alias(f"focus_{self.name}")

    def counts(self, row: Any) -> ColumnElement[bool]:
        """Whether a row counts as having happened."""
        return row.c.status.not_in(self.not_counted) if self.not_counted else true()

    def refused(self, row: Any) -> ColumnElement[bool]:
        """Whether a row says that somebody decided against it: a procedure not done, an order not to give."""
        return false()

    def narrowed(self, row: Any, where: Sequence[Mapping[str, Any]]) -> ColumnElement[bool] | None:
        """What has to be so of a row for all of these conditions, said so that an index finds it; None for nothing."""
        return None

    def begins(self, row: Any) -> tuple[ColumnElement[Any], str]:
        """(value, kind) of when a row began."""
        attribute = self.attributes[self.since or self.when]
        return attribute.value(row), attribute.kind

    def ends(self, row: Any) -> tuple[ColumnElement[Any], str]:
        """(value, kind) of when a row ended: NULL where it goes on, its one moment where it has no end at all."""
        began, kind = self.begins(row)
        if not self.until:
            return began, kind
        ended = self.attributes[self.until].value(row)
        if not self.lasting:
            return func.coalesce(ended, began), kind
        return case(
            (and_(ended.is_(None), row.c.status.in_(self.lasting)), null()), else_=func.coalesce(ended, began)
        ), kind

    def attribute(self, name: str) -> Attribute | None:
        """An attribute by name; `date` is the one that windows look at."""
        return self.attributes.get(self.when if name == "date" else name)

    def value(self, subject: Subject, clock: Clock, of: Of) -> ColumnElement[Any]:
        """A record is no value."""
        raise NotImplementedError("Ask for a record with `happened`")
