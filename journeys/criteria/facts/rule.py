"""`FactRule`: a rule compiled on fact rows; what has no column is read from the records as ever."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func
from sqlalchemy.sql.elements import ColumnClause

from journeys.criteria.comparing import Flag
from journeys.criteria.compile import PatientRule
from journeys.criteria.dates import Clock, zone_of
from journeys.criteria.facts.facts import Facts
from journeys.criteria.facts.summaries import Summary, of_field, of_records
from journeys.criteria.facts.windows import Stop, ends_of
from journeys.criteria.facts.zoned import Compared, with_zones
from journeys.criteria.kinds import DAY
from journeys.criteria.known import Known
from journeys.criteria.operators import OPERATORS
from journeys.criteria.operators.base import Fact
from journeys.criteria.shapes import Rule, leans_on_patient
from journeys.criteria.subject import Subject
from journeys.store.facts import MIRRORED

AGE = "age"
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
        self.clock_of_records = self.clock
        self.clock = with_zones(self.clock, rows.c.zone, facts.zones, self.notice)

    def clock_of(self, row: Any) -> Clock:
        """The clock for a row of records; what those say of days is nothing that a fact row shows."""
        return replace(self.clock_of_records, zone=zone_of(row.c.patient_id))

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

    def fact(self, name: str) -> tuple[ColumnElement[Any], str]:
        """(value, kind) of a date of the patient."""
        fact = self.fact_of({"field": name})
        return fact.value, fact.kind

    def compared(self, fact: Fact, rule: Rule) -> Flag:
        """Compare one fact; an age by the birth date, which the fact row has."""
        if rule["field"] == AGE and OPERATORS[rule["is"]].whole_numbers(rule.get("value")) is None:
            self.used.reads_records = True
        return super().compared(fact, rule)

    def more_than(self, rule: Rule, number: int) -> Flag:
        """Whether the patient has more than `number` of the records."""
        if number < 0:
            return super().more_than(rule, number)
        summary = of_records(rule, number, self.known)
        column = self.column_of(summary)
        if summary is None or column is None:
            return super().more_than(rule, number)
        if summary.stop is None:
            return and_(column.is_not(None), column)
        window = rule.get("window", {})
        found = and_(column.is_not(None), *self.within(window, column, summary.stop))
        # where a date of the patient is not known, nothing lies between that and another
        return func.coalesce(found, false()) if leans_on_patient(window) else found

    def within(self, window: Rule, column: ColumnElement[Any], stop: Stop) -> list[Flag]:
        """That a date lies in a window, as far as the column does not stop there already."""
        ends = ends_of(window)
        if ends is None:
            return []
        first, second = ends
        found = []
        if not (stop.is_ahead and first == stop.moment):
            found.append(self.clock.not_before(column, stop.kind, first))
        if stop.is_ahead or second != stop.moment:
            found.append(self.clock.not_after(column, stop.kind, second))
        return found


def used_by(rule: Rule, known: Known, facts: Facts) -> Used:
    """What a rule reads when it is compiled on these facts."""
    compiled = FactRule(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), known, facts)
    compiled.holds(rule)
    return compiled.used
