"""How far an order has come, and which of several that were written on one day stands for the others.

What names its order by `basedOn` does it. So does what is of the same code and was made after the order; or up to a day
before, where it was not known yet when the order was written: a specimen is often taken first. What was known by then
is why something was ordered again.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, tuple_

from journeys.criteria.source_links import names
from journeys.store.clinical import DiagnosticReport, Observation, Procedure
from journeys.store.sources import KeptRecord

BEFORE = dt.timedelta(days=1)
NO_ORDER = ("proposal", "plan", "option")
NO_ANSWER = ("cancelled", "entered-in-error", "not-done", "registered", "preparation", "unknown")
"""The statuses of a report, a finding or a procedure that answers nothing yet, or never."""

ANSWERS = (
    (DiagnosticReport.__table__.alias("answering_report"), "effective_at", "issued_at"),
    (Observation.__table__.alias("answering_finding"), "effective_at", "recorded_at"),
    (Procedure.__table__.alias("answering_procedure"), "performed_at", "recorded_at"),
)
"""What may answer an order; when it was made, and when it was known (else when it was recorded)."""

OTHER = KeptRecord.__table__.alias("other_order")


def ordered_at(row: Any) -> ColumnElement[Any]:
    """SQL: when an order was written; one without a date is as old as we know it."""
    return func.coalesce(row.c.at, row.c.recorded_at)


def is_waited_for(row: Any) -> ColumnElement[bool]:
    """SQL: whether a kept record is an order that its source still holds: no plan, no refusal, no referral."""
    return and_(
        row.c.resource_type == "ServiceRequest",
        row.c.status == "active",
        row.c.is_beside.is_(False),
        row.c.do_not_perform.is_(False),
        func.coalesce(row.c.intent, "order").not_in(NO_ORDER),
    )


def is_done(row: Any) -> ColumnElement[bool]:
    """SQL: whether something answers an order."""
    return or_(*(is_answered(row, *answer) for answer in ANSWERS))


def is_answered(row: Any, answer: Any, made: str, known: str) -> ColumnElement[bool]:
    """SQL: whether a row of this table does what was ordered."""
    at, known_at = answer.c[made], func.coalesce(answer.c[known], answer.c.recorded_at)
    was_under_way = and_(at >= ordered_at(row) - BEFORE, known_at > ordered_at(row))
    by_code = and_(answer.c.code == row.c.code, or_(at >= ordered_at(row), was_under_way))
    found = select(literal(1)).where(
        answer.c.patient_id == row.c.patient_id,
        answer.c.status.not_in(NO_ANSWER),
        or_(by_code, names("based_on", answer, row)),
    )
    return found.correlate_except(answer).exists()


def progress(row: Any) -> ColumnElement[Any]:
    """SQL: whether an order is undone, done, or waited for no more."""
    return case((~is_waited_for(row), "over"), (is_done(row), "done"), else_="undone")


def place_of_day(row: Any) -> ColumnElement[Any]:
    """SQL: `later` where an order of the same category was written before it, on the same day, and is undone."""
    earlier = tuple_(OTHER.c.at, OTHER.c.id) < tuple_(row.c.at, row.c.id)
    found = select(literal(1)).where(
        OTHER.c.patient_id == row.c.patient_id,
        day_of(OTHER) == day_of(row),
        OTHER.c.category.is_not_distinct_from(row.c.category),
        earlier,
        is_waited_for(OTHER),
        ~is_done(OTHER),
    )
    return case((found.correlate_except(OTHER).exists(), "later"), else_="first")


def day_of(row: Any) -> ColumnElement[Any]:
    """SQL: the day of an order, the same for every reader."""
    return func.date_trunc("day", row.c.at, "UTC")
