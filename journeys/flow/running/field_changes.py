"""What a step declares to change a custom field: who is told, what ends, what begins.

It leaves the rows that `set_custom_values` leaves: what is said anew ends what held, and every past value stays. So it
is several statements, and no compiler can make them one with what comes before or after.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from journeys.criteria.custom.content import CustomField
from journeys.flow.steps.base import Change, Insert, Rows, Tell, Update
from journeys.store.custom_values import COLUMNS, CustomValue

CHANGED = "patient.changed"
PATIENT = "patient"

Columns = Mapping[str, Any]
"""The typed columns of one row, plain values or expressions over `rows`."""


def changes(
    rows: Rows, field: CustomField, ends: ColumnElement[bool] | None, begins: Sequence[Columns]
) -> list[Change]:
    """Those current values for which `ends` holds end now; each of `begins` holds from now on, unless it did before.

    Nothing is done and nobody told where all is as it should be. Several enrolments of one patient write once.
    """
    current = and_(*is_current(rows, field))
    missing = [~held(and_(current, is_value(field, columns))) for columns in begins]
    ending = [] if ends is None else [held(and_(current, ends))]
    there = record_of(rows, field).is_not(None)
    declared: list[Change] = [Tell(CHANGED, and_(there, or_(*ending, *missing)))]
    if ends is not None:
        closed = {"until_at": func.greatest(CustomValue.from_at, rows.c.now)}
        declared.append(Update(CustomValue, closed, and_(current, ends)))
    for columns, is_missing in zip(begins, missing, strict=True):
        where = and_(there, is_missing)
        declared.append(Insert(CustomValue, row_of(rows, field, columns), where=where, is_contested=True))
    return declared


def is_current(rows: Rows, field: CustomField) -> list[ColumnElement[bool]]:
    """The conditions under which a row is a value of this field that holds now."""
    return [
        CustomValue.record_kind == field.on,
        CustomValue.record_id == record_of(rows, field),
        CustomValue.field == field.slug,
        CustomValue.until_at.is_(None),
    ]


def record_of(rows: Rows, field: CustomField) -> ColumnElement[Any]:
    """Whose field it is: the patient's, or that of the record which the enrolment is about."""
    found: ColumnElement[Any] = rows.c.patient_id if field.on == PATIENT else rows.c.focus_id
    return found


def is_value(field: CustomField, columns: Columns) -> ColumnElement[bool]:
    """Whether a row says this; never NULL."""
    name = COLUMNS[field.type]
    return and_(CustomValue.type == field.type, getattr(CustomValue, name) == columns[name])


def is_none_of(field: CustomField, wanted: Iterable[Columns]) -> ColumnElement[bool]:
    """Whether a row says none of these."""
    return ~or_(false(), *(is_value(field, columns) for columns in wanted))


def held(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether there is such a value."""
    return select(CustomValue.id).where(condition).correlate_except(CustomValue).exists()


def row_of(rows: Rows, field: CustomField, columns: Columns) -> dict[str, Any]:
    """A new row; the journey stands where the name of staff would."""
    return {
        "field": field.slug,
        "type": field.type,
        "version_id": field.version_id,
        "record_kind": field.on,
        "record_id": record_of(rows, field),
        "patient_id": rows.c.patient_id,
        **{name: value for name, value in columns.items() if value is not None},
        "from_at": rows.c.now,
        "recorded_at": rows.c.now,
        "recorded_by": f"journey:{rows.journey}",
    }
