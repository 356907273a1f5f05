"""Compiles a valid rule into SQL: one SELECT of patients, or one expression over the rows of a batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, not_, select, true

from journeys.criteria.comparing import Comparison, Flag, Groups
from journeys.criteria.dates import Clock, nothing, zone_of, zone_of_subject
from journeys.criteria.fields import RECORDS
from journeys.criteria.fields.base import Field, Record
from journeys.criteria.finding import Finding, RecordRule, counted
from journeys.criteria.kinds import NUMBER
from journeys.criteria.known import NOTHING_KNOWN, Known
from journeys.criteria.local_days import JoinedClock, LocalDays
from journeys.criteria.operators.base import Fact
from journeys.criteria.shapes import Rule, leans_on_patient
from journeys.criteria.subject import Subject
from journeys.store.people import Patient

MEMBER = Patient.__table__.alias("member")
"""Everyone who is asked about; made once, it is slow."""


def patients(rule: Rule, now: dt.datetime, known: Known = NOTHING_KNOWN) -> Select[int]:
    """SELECT `patient_id` of everyone in a valid rule at `now`; records merged into another patient are nobody."""
    subject = Subject(patient_id=MEMBER.c.id, now=now, patient=MEMBER, many=True)
    days = LocalDays()
    holds = PatientRule(subject, known, days).holds(rule)
    everybody = select(MEMBER.c.id.label("patient_id")).select_from(days.joined_to(MEMBER))
    return everybody.where(MEMBER.c.merged_into_id.is_(None), holds)


def condition(rule: Rule, subject: Subject, known: Known = NOTHING_KNOWN) -> Flag:
    """Whether a valid rule is so for a row of a batch, as SQL; never NULL, so it may be negated and counted."""
    return func.coalesce(PatientRule(subject, known).holds(rule), false())


def focus_records(focus: Mapping[str, Any], now: dt.datetime, known: Known = NOTHING_KNOWN) -> Select[int, int]:
    """SELECT `patient_id`, `focus_id` of every record that a segment's valid `focus` (`kind`, `where`) means."""
    record = RECORDS[focus["kind"]]
    row = record.rows
    whose = PatientRule(Subject(patient_id=row.c.patient_id, now=now), known)
    rule = RecordRule(record, row, whose.clock_of(row), known)
    where = focus.get("where", [])
    found = [record.counts(row), rule.holds({"all": where})]
    narrowed = record.narrowed(row, where)
    found += [] if narrowed is None else [narrowed]
    return select(row.c.patient_id.label("patient_id"), row.c.id.label("focus_id")).where(*found)


class PatientRule(Groups):
    """Conditions on a patient."""

    def __init__(self, subject: Subject, known: Known, days: LocalDays | None = None) -> None:
        """`known` says what the names in a rule stand for; `days` will be joined to the patients, if there are any."""
        self.subject = subject
        self.known = known
        self.facts: dict[str, Field] = known.facts()
        self.days = days
        self.is_one_of_several = False
        told = (subject.now, zone_of_subject(subject), self.focus, self.fact)
        self.clock: Clock = Clock(*told) if days is None else JoinedClock(*told, days=days)
        self.finding = Finding(subject.patient_id, self.clock_of, known, subject.many, self.beside_patient)

    def clock_of(self, row: Any) -> Clock:
        """The clock for a row of records, with the zone of its own patient: so rows can be found for all at once."""
        return Clock(self.subject.now, zone_of(row.c.patient_id), self.focus, self.fact)

    def beside_patient(self) -> Clock | None:
        """The clock of the patients, for records that are joined to them; not where something else may hold instead,
        because records are then looked up by themselves, for all patients at once."""
        return None if self.days is None or self.is_one_of_several else self.clock

    def holds(self, rule: Rule) -> Flag:
        """The rule is so."""
        rule = self.resolved(rule)
        return self.as_one_of(rule.get("any", []), super().holds, rule)

    def fails(self, rule: Rule) -> Flag:
        """The rule is known not to be so."""
        rule = self.resolved(rule)
        return self.as_one_of(rule.get("all", []) or rule.get("none", []), super().fails, rule)

    def as_one_of(self, several: list[Rule], compiled: Callable[[Rule], Flag], rule: Rule) -> Flag:
        """A rule of which any of several parts is enough."""
        before = self.is_one_of_several
        self.is_one_of_several = before or len(several) > 1
        found = compiled(rule)
        self.is_one_of_several = before
        return found

    def resolved(self, rule: Rule) -> Rule:
        """The rule itself, or that of the segment it names."""
        while "segment" in rule:
            rule = self.known.segments[rule["segment"]]
        return rule

    def condition_holds(self, rule: Rule) -> Flag:
        """Compare one fact, or look for records."""
        if "happened" in rule:
            return counted(rule, self.more_than)
        return self.or_unknown(self.compared(self.fact_of(rule), rule), rule)

    def condition_fails(self, rule: Rule) -> Flag:
        """Compare one fact, or look for records."""
        if "happened" in rule:
            return not_(self.condition_holds(rule))
        fact = self.fact_of(rule)
        if fact.rows is not None:
            return self.comparison(fact, rule).fails()
        return not_(self.or_unknown(self.compared(fact, rule), rule))

    def more_than(self, rule: Rule, number: int) -> Flag:
        """Whether the patient has more than `number` of the records that a rule looks for."""
        return self.finding.more_than(rule, number)

    def fact_of(self, rule: Rule) -> Fact:
        """The fact that a condition asks for."""
        of = rule.get("of", {})
        field = self.facts[rule["field"]]
        return field.fact(self.subject, self.clock, of, field.facet(of, self.focus_record()).kind)

    def compared(self, fact: Fact, rule: Rule) -> Flag:
        """Compare one fact with what the condition wants."""
        comparison = self.comparison(fact, rule)
        field = self.facts[rule["field"]]
        if comparison.facet.kind != NUMBER or comparison.facet.unit or not field.has_whole_numbers:
            return comparison.holds()
        bounds = comparison.operator.whole_numbers(rule.get("value"))
        quick = None if bounds is None else field.of_whole_numbers(self.subject, self.clock, *bounds)
        return comparison.holds() if quick is None else quick

    def comparison(self, fact: Fact, rule: Rule) -> Comparison:
        """The comparison that a condition means."""
        facet = self.facts[rule["field"]].facet(rule.get("of", {}), self.focus_record())
        by_itself = self.subject.many and self.is_one_of_several and not leans_on_patient(rule)
        return Comparison(fact, facet, rule, self.known, by_itself)

    def or_unknown(self, compared: Flag, rule: Rule) -> Flag:
        """A comparison that takes the unknown for a yes where the rule says so."""
        return func.coalesce(compared, true()) if "unknown" in rule else compared

    def focus_record(self) -> Record | None:
        """The kind of record that the rows are about."""
        return None if self.subject.focus_kind is None else RECORDS[self.subject.focus_kind]

    def focus(self, name: str) -> tuple[ColumnElement[Any], str]:
        """(value, kind) of an attribute of the focus record."""
        record = self.focus_record()
        attribute = None if record is None else self.known.attribute(record, name)
        if record is None or attribute is None:
            return nothing(name)
        row = record.focus_rows
        value = select(attribute.value(row)).where(row.c.id == self.subject.focus_id).correlate_except(row)
        return value.scalar_subquery(), attribute.kind

    def fact(self, name: str) -> tuple[ColumnElement[Any], str]:
        """(value, kind) of a date of the patient."""
        field = self.facts[name]
        return field.value(self.subject, self.clock, {}), field.kind
