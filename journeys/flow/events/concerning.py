"""Which events count for an enrolment: those about it, of the wanted kind, and no old news."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, literal, or_

from journeys.flow.running.rows import Rows

OF_ONE_ENROLMENT = ("message.", "task.", "webhook.")
"""Kinds of events that answer what one enrolment did: they count for that enrolment alone."""

RECORDED = ".recorded"
A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class EventFilter:
    """Which events of a kind count: those with one of these codes and outcomes; empty lists ask nothing."""

    code: tuple[str, ...] = field(default=(), metadata={"codes_of": "code"})
    outcome: tuple[str, ...] = field(default=(), metadata={"codes_of": "outcome"})
    code_system: str | None = None

    def matches(self, event: Any) -> ColumnElement[bool]:
        """The condition over columns of `event`."""
        conditions: list[ColumnElement[bool]] = [literal(True)]
        if self.code:
            conditions.append(event.code.in_(self.code))
        if self.outcome:
            conditions.append(event.outcome.in_(self.outcome))
        if self.code_system is not None:
            conditions.append(event.code_system == self.code_system)
        return and_(*conditions)


def concerns(rows: Rows, event: Any) -> ColumnElement[bool]:
    """The event is about this enrolment: its patient, and neither another enrolment nor another record of its focus."""
    about_other_record = and_(
        event.subject_kind == rows.c.focus_kind,
        event.subject_id != rows.c.focus_id,
    )
    return and_(
        event.patient_id == rows.c.patient_id,
        or_(
            event.enrolment_id == rows.c.enrolment_id,
            and_(event.enrolment_id.is_(None), not_of_one_enrolment(event)),
        ),
        about_other_record.isnot(True),
    )


def not_of_one_enrolment(event: Any) -> ColumnElement[bool]:
    """The event's kind is not one that answers a single enrolment."""
    return and_(*(~event.kind.startswith(beginning) for beginning in OF_ONE_ENROLMENT))


def happened_since(event: Any, moment: Any) -> ColumnElement[bool]:
    """The event was learnt since a moment, and what it records is not old news."""
    return and_(event.recorded_at >= moment, is_news(event, moment))


def is_news(event: Any, moment: Any) -> ColumnElement[bool]:
    """What the event records did not happen before a moment; a record that arrives today may tell of three years ago.

    Sources often give a day without an hour, hence the day of grace.
    """
    return or_(~event.kind.endswith(RECORDED), event.at >= moment - literal(A_DAY))
