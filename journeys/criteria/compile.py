"""Compiles a valid rule into SQL: one SELECT of patients, or one expression over the rows of a batch.

Negation is carried down to the single conditions: a rule either has to *hold* or has to *fail*, and each condition
says both. So nothing above a condition is ever negated, a condition on an unknown fact neither holds nor fails, and
"no such record" stays a plain anti-join.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, not_, or_, select, true

from journeys.criteria.dates import Clock, zone_of, zone_of_subject
from journeys.criteria.fields import RECORDS
from journeys.criteria.fields.base import Attribute, Field, Record
from journeys.criteria.known import NOTHING_KNOWN, Known
from journeys.criteria.operators import OPERATORS
from journeys.criteria.operators.base import Fact
from journeys.criteria.shapes import Rule, shape_of
from journeys.criteria.subject import Subject
from journeys.store.people import Patient

Flag = ColumnElement[bool]


def patients(rule: Rule, now: dt.datetime, known: Known = NOTHING_KNOWN) -> Select[int]:
    """SELECT `patient_id` of everyone in a valid rule at `now`; records merged into another patient are nobody."""
    member = Patient.__table__.alias("member")
    subject = Subject(patient_id=member.c.id, now=now, patient=member, many=True)
    return (
        select(member.c.id.label("patient_id"))
        .where(member.c.merged_into_id.is_(None))
        .where(PatientRule(subject, known).holds(rule))
    )


def condition(rule: Rule, subject: Subject, known: Known = NOTHING_KNOWN) -> Flag:
    """Whether a valid rule is so for a row of a batch, as SQL; never NULL, so it may be negated and counted."""
    return func.coalesce(PatientRule(subject, known).holds(rule), false())


def focus_records(focus: Mapping[str, Any], now: dt.datetime, known: Known = NOTHING_KNOWN) -> Select[int, int]:
    """SELECT `patient_id`, `focus_id` of every record that a segment's valid `focus` (`kind`, `where`) means."""
    record = RECORDS[focus["kind"]]
    row = record.rows
    rule = RecordRule(record, row, Clock(now, zone_of(row.c.patient_id), no_focus), known)
    return select(row.c.patient_id.label("patient_id"), row.c.id.label("focus_id")).where(
        record.counts(row), rule.holds({"all": focus.get("where", [])})
    )


def no_focus(name: str) -> tuple[ColumnElement[Any], str]:
    """Refuse: the check has let a rule on a focus record pass where there is none."""
    raise ValueError(f"There is no focus record to take {name} from")


class Groups:
    """all, any and none, over conditions that a subclass knows."""

    def holds(self, rule: Rule) -> Flag:
        """The rule is so."""
        shape = shape_of(rule)
        if shape == "all":
            return and_(true(), *[self.holds(part) for part in rule["all"]])
        if shape == "any":
            return or_(false(), *[self.holds(part) for part in rule["any"]])
        if shape == "none":
            return and_(true(), *[self.fails(part) for part in rule["none"]])
        return self.condition_holds(rule)

    def fails(self, rule: Rule) -> Flag:
        """The rule is known not to be so."""
        shape = shape_of(rule)
        if shape == "all":
            return or_(false(), *[self.fails(part) for part in rule["all"]])
        if shape == "any":
            return and_(true(), *[self.fails(part) for part in rule["any"]])
        if shape == "none":
            return or_(false(), *[self.holds(part) for part in rule["none"]])
        return self.condition_fails(rule)

    def condition_holds(self, rule: Rule) -> Flag:
        """One condition is so."""
        raise NotImplementedError

    def condition_fails(self, rule: Rule) -> Flag:
        """One condition is known not to be so."""
        return not_(self.condition_holds(rule))


class RecordRule(Groups):
    """Conditions on the attributes of one row of a record's table."""

    def __init__(self, record: Record, row: Any, clock: Clock, known: Known) -> None:
        """`row` is the alias of the table that the conditions read."""
        self.attributes = known.attributes(record)
        self.row = row
        self.clock = clock

    def condition_holds(self, rule: Rule) -> Flag:
        """Compare one attribute."""
        attribute = self.attributes[rule["field"]]
        fact = Fact(attribute.value(self.row), attribute.kind, self.clock)
        return OPERATORS[rule["is"]].holds(fact, rule.get("value"))


class PatientRule(Groups):
    """Conditions on a patient."""

    def __init__(self, subject: Subject, known: Known) -> None:
        """`known` says what the names in a rule stand for."""
        self.subject = subject
        self.known = known
        self.facts: dict[str, Field] = known.facts()
        self.clock = Clock(subject.now, zone_of_subject(subject), self.focus)

    def holds(self, rule: Rule) -> Flag:
        """The rule is so."""
        return super().holds(self.resolved(rule))

    def fails(self, rule: Rule) -> Flag:
        """The rule is known not to be so."""
        return super().fails(self.resolved(rule))

    def resolved(self, rule: Rule) -> Rule:
        """The rule itself, or that of the segment it names."""
        while "segment" in rule:
            rule = self.known.segments[rule["segment"]]
        return rule

    def condition_holds(self, rule: Rule) -> Flag:
        """Compare one fact, or look for records."""
        if "happened" in rule:
            return self.happened(rule)
        return self.compared(self.fact_of(rule), rule)

    def fact_of(self, rule: Rule) -> Fact:
        """The fact that a condition asks for."""
        of = rule.get("of", {})
        field = self.facts[rule["field"]]
        return Fact(field.value(self.subject, self.clock, of), field.facet(of, self.focus_record()).kind, self.clock)

    def compared(self, fact: Fact, rule: Rule) -> Flag:
        """Compare one fact with what the condition wants."""
        return OPERATORS[rule["is"]].holds(fact, rule.get("value"))

    def focus_record(self) -> Record | None:
        """The kind of record that the rows are about."""
        return None if self.subject.focus_kind is None else RECORDS[self.subject.focus_kind]

    def focus(self, name: str) -> tuple[ColumnElement[Any], str]:
        """(value, kind) of an attribute of the focus record."""
        record = self.focus_record()
        attribute = None if record is None else self.known.attribute(record, name)
        if record is None or attribute is None:
            return no_focus(name)
        row = record.focus_rows
        value = select(attribute.value(row)).where(row.c.id == self.subject.focus_id).correlate_except(row)
        return value.scalar_subquery(), attribute.kind

    def happened(self, rule: Rule) -> Flag:
        """Whether there are as many records as the rule wants."""
        count = rule.get("count", {"at_least": 1})
        if "at_least" in count:
            return self.more_than(rule, count["at_least"] - 1)
        if "at_most" in count:
            return not_(self.more_than(rule, count["at_most"]))
        exactly = count["exactly"]
        if exactly == 0:
            return not_(self.more_than(rule, 0))
        return and_(self.more_than(rule, exactly - 1), not_(self.more_than(rule, exactly)))

    def more_than(self, rule: Rule, number: int) -> Flag:
        """Whether the patient has more than `number` of the records."""
        if number < 0:
            return true()
        record = RECORDS[rule["happened"]]
        row = record.rows
        mine = row.c.patient_id == self.subject.patient_id
        found = self.matching(rule, record, row)
        if number == 0:
            return select(literal(1)).select_from(row).where(mine, *found).correlate_except(row).exists()
        if self.subject.many:
            return self.in_grouped(row, found, number)
        counted = select(literal(1)).select_from(row).where(mine, *found).group_by(row.c.patient_id)
        return counted.having(func.count() > number).correlate_except(row).exists()

    def in_grouped(self, row: Any, found: list[Flag], number: int) -> Flag:
        """Whether the patient is among those with more than `number` records, counted once for all."""
        counted = select(row.c.patient_id).where(*found).group_by(row.c.patient_id).having(func.count() > number)
        group = counted.correlate(None).subquery()
        mine = group.c.patient_id == self.subject.patient_id
        return select(literal(1)).select_from(group).where(mine).correlate_except(group).exists()

    def matching(self, rule: Rule, record: Record, row: Any) -> list[Flag]:
        """What a record must be: counted, as `where` wants it, within the window."""
        clock = Clock(self.subject.now, zone_of(row.c.patient_id), self.focus)
        found = [record.counts(row)]
        if rule.get("where"):
            found.append(RecordRule(record, row, clock, self.known).holds({"all": rule["where"]}))
        if rule.get("window"):
            found.append(within(rule["window"], record.attributes[record.when], row, clock))
        return found


def within(window: Rule, attribute: Attribute, row: Any, clock: Clock) -> Flag:
    """Whether the date of a record lies in a window; an unknown date never does."""
    fact = Fact(attribute.value(row), attribute.kind, clock)
    if "last" in window:
        return clock.within_last(fact.value, fact.kind, window["last"])
    if "next" in window:
        return clock.within_next(fact.value, fact.kind, window["next"])
    return OPERATORS["between"].holds(fact, window["between"])
