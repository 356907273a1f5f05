"""`FactRule`: a rule compiled on fact rows; what has no column is read from the records as ever."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, not_, or_
from sqlalchemy.sql.elements import ColumnClause

from journeys.criteria.comparing import Flag
from journeys.criteria.compile import PatientRule
from journeys.criteria.dates import Span
from journeys.criteria.facts.facts import Facts
from journeys.criteria.facts.summaries import EVER, LAST, Summary, of_field, of_records
from journeys.criteria.facts.zoned import Compared, with_zones
from journeys.criteria.kinds import DAY, INSTANT
from journeys.criteria.known import Known
from journeys.criteria.operators.base import Fact
from journeys.criteria.shapes import Rule
from journeys.criteria.subject import Subject
from journeys.store.facts import MIRRORED

AGE = "age"
NOW = {"now": True}
OLDEST = 150
"""Years up to which an age is told by the birth date."""

AT_HAND = {name for name in MIRRORED if name != "branch"}
"""The columns of `patient` that fact rows have under the same name."""


@dataclass(frozen=True)
class DateCondition:
    """A column that a rule compares with where a local day begins: `plus` from today, or the end of that day."""

    column: str
    kind: str
    plus: tuple[tuple[str, int], ...] = ()
    is_end: bool = False


@dataclass(frozen=True)
class FactSubject(Subject):
    """A fact row: what it mirrors is at hand, other facts of the patient are looked up."""

    rows: Any = None

    def fact(self, name: str) -> ColumnElement[Any]:
        """A column of the patient."""
        return self.rows.c[name] if name in AT_HAND else super().fact(name)


@dataclass
class Used:
    """What a rule turned out to read: summaries without a column, comparisons with local days, anything else."""

    wanted: dict[str, Summary] = field(default_factory=dict)
    dates: dict[DateCondition, None] = field(default_factory=dict)
    has_columns: bool = False
    reads_records: bool = False


class FactRule(PatientRule):
    """Conditions on a patient, over `facts.rows`. What it read stands in `used` once it is compiled."""

    def __init__(self, now: dt.datetime, known: Known, facts: Facts, *, many: bool = True) -> None:
        """`many` says that most of the fact rows are asked about."""
        rows = facts.rows
        super().__init__(FactSubject(patient_id=rows.c.patient_id, now=now, many=many, rows=rows), known)
        self.rows = rows
        self.kept = facts
        self.used = Used()
        self.clock = with_zones(self.clock, rows.c.zone, facts.zones, self.notice)

    def notice(self, compared: Compared) -> None:
        """Remember what is compared with a day that moves."""
        if "now" not in compared.moment:
            return
        column = compared.value
        plus = tuple(sorted(compared.moment.get("plus", {}).items()))
        if isinstance(column, ColumnClause) and (compared.kind == DAY or plus):
            self.used.dates[DateCondition(column.name, compared.kind, plus, compared.is_end)] = None
        else:
            self.used.reads_records = True

    def column_of(self, summary: Summary | None) -> ColumnElement[Any] | None:
        """The column that holds a summary, None when there is none."""
        if summary is None:
            self.used.reads_records = True
            return None
        if not self.kept.has(summary):
            self.used.wanted[summary.name] = summary
            self.used.reads_records = True
            return None
        self.used.has_columns = True
        column: ColumnElement[Any] = self.rows.c[summary.name]
        return column

    def fact_of(self, rule: Rule) -> Fact:
        """The fact that a condition asks for: a column, or looked up."""
        name = rule["field"]
        if name == "focus":
            self.used.reads_records = True
            return super().fact_of(rule)
        kind = self.facts[name].facet(rule.get("of", {}), None).kind
        if name in MIRRORED:
            self.used.has_columns = True
            return Fact(self.rows.c[name], kind, self.clock)
        if name == AGE:
            self.used.has_columns = True
            return super().fact_of(rule)
        column = self.column_of(of_field(name, rule.get("of", {}), kind))
        return super().fact_of(rule) if column is None else Fact(column, kind, self.clock)

    def compared(self, fact: Fact, rule: Rule) -> Flag:
        """Compare one fact; an age by the birth date."""
        if rule["field"] != AGE:
            return super().compared(fact, rule)
        by_birth_date = AGES.get(rule["is"])
        if by_birth_date is None or not all(0 <= number <= OLDEST for number in numbers_in(rule.get("value"))):
            self.used.reads_records = True
            return super().compared(fact, rule)
        born = self.rows.c.birth_date
        # who is born in the future has no age
        known = case((self.clock.not_after(born, DAY, NOW), born))
        return by_birth_date(Years(self, known), rule.get("value"))

    def more_than(self, rule: Rule, number: int) -> Flag:
        """Whether the patient has more than `number` of the records."""
        column = self.column_of(of_records(rule, number, self.known)) if number >= 0 else None
        if column is None:
            return super().more_than(rule, number)
        window = rule.get("window", {EVER: None})
        [(way, span)] = window.items()
        if way == EVER:
            return and_(column.is_not(None), column)
        if way == LAST:
            back = {**NOW, "plus": {unit: -count for unit, count in span.items()}}
            return and_(column.is_not(None), self.clock.not_before(column, INSTANT, back))
        return and_(column.is_not(None), self.clock.not_after(column, INSTANT, {**NOW, "plus": span}))


@dataclass(frozen=True)
class Years:
    """Compares an age by the birth date, which is a column and so no calculation for each row."""

    rule: FactRule
    born: Any

    def at_least(self, number: float) -> Flag:
        """So many full years or more; NULL when the age is not known."""
        years: Span = {"years": -math.ceil(number)}
        self.rule.used.dates[DateCondition("birth_date", DAY, tuple(years.items()), is_end=True)] = None
        clock = self.rule.clock
        edge = clock.edge_of(clock.day_of({**NOW, "plus": years}).plus({"days": 1}), DAY)
        return edge.before(self.born)

    def at_most(self, number: float) -> Flag:
        """So many full years or fewer."""
        return not_(self.at_least(math.floor(number) + 1))

    def exactly(self, number: float) -> Flag:
        """So many full years: nobody's age is half a year."""
        if number != int(number):
            return case((self.born.is_not(None), false()))
        return and_(self.at_least(number), self.at_most(number))

    def one_of(self, numbers: list[float]) -> Flag:
        """One of these ages."""
        return or_(false(), *[self.exactly(number) for number in numbers])


AGES: Mapping[str, Callable[[Years, Any], Flag]] = {
    "at_least": Years.at_least,
    "at_most": Years.at_most,
    "between": lambda years, pair: and_(years.at_least(pair[0]), years.at_most(pair[1])),
    "is": Years.exactly,
    "is_not": lambda years, number: not_(years.exactly(number)),
    "one_of": Years.one_of,
    "none_of": lambda years, numbers: not_(years.one_of(numbers)),
    "known": lambda years, nothing: years.born.is_not(None),
    "unknown": lambda years, nothing: years.born.is_(None),
}
"""Operator → the same by birth date."""


def numbers_in(value: Any) -> list[float]:
    """The numbers of an operator's value."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def used_by(rule: Rule, known: Known, facts: Facts) -> Used:
    """What a rule reads when it is compiled on these facts."""
    compiled = FactRule(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), known, facts)
    compiled.holds(rule)
    return compiled.used
