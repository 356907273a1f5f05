"""Rules as of a past moment: what is dated later is left out, and what carries no dates is said.

Custom fields keep their history, so they are exact (`custom.as_of`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true

from journeys.criteria.compile import PatientRule
from journeys.criteria.custom.facts import CUSTOM
from journeys.criteria.dates import Clock
from journeys.criteria.explain.nodes import Note
from journeys.criteria.explain.records import names_in
from journeys.criteria.fields import RECORDS
from journeys.criteria.fields.base import Of, Record
from journeys.criteria.fields.deceased import Deceased
from journeys.criteria.finding import Finding
from journeys.criteria.kinds import CODE
from journeys.criteria.known import Known
from journeys.criteria.local_days import LocalDays
from journeys.criteria.shapes import Rule
from journeys.criteria.subject import Subject
from journeys.foundation.words import N_

Flag = ColumnElement[bool]

BEGAN = {
    "appointment": "booked_at",
    "message": "planned_at",
    "care_plan_activity": "",
    "due_item": "opened_at",
}
"""The column that says since when there is a record, where it is not the date that windows look at; "" for none."""

REWRITTEN = ("due_item",)
"""The kinds of records whose dates and states are worked out again and again, and only the last ones kept."""

DATED_FACTS = ("age", "birth_date", "consent", "random_number", "unanswered_contacts")
PARTLY_DATED = ("deceased", "has_telecom", "resolving_channel")
"""Facts that are exact for any moment, and those of which only some rows carry dates."""

LASTING = ("code", "code_system", "category", "unit", "value_code", "direction", "purpose", "channel", "journey")
"""Codes of records that do not change as time goes by."""

TODAYS_VALUE = N_("Earlier values are not kept: today's value was taken")
ONLY_TODAYS = N_("What was due then is not kept here: it was taken as it is due today")
TODAYS_STATE = N_("A state or place that has changed since is taken as it is today")
NO_BEGINNING = N_("Since when these are there is not recorded: all that are there today were taken")
BY_ITS_DATES = N_("Taken by the dates that are recorded; what has none is taken as it is today")
NOT_PLANNED_YET = N_("What was planned on that day for later is not recorded: only what had happened was taken")
"""What may not be as it was."""


def had_begun(record: Record, row: Any, at: Any) -> Flag:
    """Whether a record was there already; one without a date counts as there."""
    column = BEGAN.get(record.name)
    if column == "":
        return true()
    if column is not None:
        return or_(row.c[column].is_(None), row.c[column] <= at)
    value = record.attributes[record.when].value(row)
    return or_(value.is_(None), value <= at)


class PastFinding(Finding):
    """Finds the records that were there at the moment of its clock."""

    def is_there(self, rule: Rule, record: Record, row: Any) -> Flag:
        """Leave out what began later."""
        return and_(super().is_there(rule, record, row), had_begun(record, row, self.clock_of(row).now))


class PastRule(PatientRule):
    """Conditions on a patient as of `subject.now`, a past moment."""

    def __init__(self, subject: Subject, known: Known, days: LocalDays | None = None) -> None:
        """Find what was there, and take the dead for alive until they died."""
        super().__init__(subject, known, days)
        self.finding = PastFinding(subject.patient_id, self.clock_of, known, subject.many, self.beside_patient)
        self.facts = {**self.facts, "deceased": DeceasedThen()}


class DeceasedThen(Deceased):
    """Whether the patient had died at the moment of the clock; a death without a date counts as earlier."""

    def value(self, subject: Subject, clock: Clock, of: Of) -> ColumnElement[bool]:
        """By the date of death."""
        died_at = subject.fact("deceased_at")
        return and_(subject.fact("deceased"), or_(died_at.is_(None), died_at <= clock.now))


def notes_on(rule: Rule, known: Known) -> Iterator[Note]:
    """Why a condition, not a group, may not be exact for a past moment."""
    if "field" in rule:
        if rule["field"] not in DATED_FACTS and not rule["field"].startswith(CUSTOM):
            yield Note(BY_ITS_DATES if rule["field"] in PARTLY_DATED else TODAYS_VALUE)
        return
    if "happened" not in rule:
        return
    record = RECORDS[rule["happened"]]
    attributes = known.attributes(record)
    if BEGAN.get(record.name) == "":
        yield Note(NO_BEGINNING)
    if record.name in REWRITTEN:
        yield Note(ONLY_TODAYS)
    asked = [name for name in names_in(rule) if name in attributes and name not in LASTING]
    if any(attributes[name].kind == CODE and not name.startswith(CUSTOM) for name in asked):
        yield Note(TODAYS_STATE)
    looks_ahead = "next_of" in rule or "next" in (rule.get("window") or {})
    if looks_ahead and record.name not in BEGAN:
        yield Note(NOT_PLANNED_YET)
