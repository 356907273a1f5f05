"""Reads and writes the rows of values: what holds now or held at a moment, as plain values; what is said anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.orm import Session

from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.types import TYPES
from journeys.foundation.ids import new_uid
from journeys.foundation.secrets import seal, unseal
from journeys.store.custom_values import CustomValue
from journeys.store.importing.writing import insert_many

TABLE = CustomValue.__tablename__
SEALED = "value"

Values = dict[str, Any]
"""Slug → plain value."""


def holding(at: dt.datetime | None = None) -> list[ColumnElement[bool]]:
    """The conditions under which a row holds: now, or at a moment."""
    if at is None:
        return [CustomValue.until_at.is_(None)]
    return [CustomValue.from_at <= at, or_(CustomValue.until_at.is_(None), CustomValue.until_at > at)]


def rows_of(
    record_kind: str, record_ids: Collection[int], slugs: Collection[str], at: dt.datetime | None = None
) -> Select[Any]:
    """SELECT the rows of some fields of some records, those of one value together."""
    return (
        select(CustomValue)
        .where(
            CustomValue.record_kind == record_kind,
            CustomValue.record_id.in_(record_ids),
            CustomValue.field.in_(slugs),
            *holding(at),
        )
        .order_by(CustomValue.record_id, CustomValue.field, CustomValue.id)
    )


def read_values(
    session: Session,
    record_kind: str,
    record_ids: Collection[int],
    slugs: Collection[str],
    at: dt.datetime | None = None,
) -> dict[int, Values]:
    """Record id → the values of some fields, whatever their type was when they were recorded."""
    values: dict[int, Values] = {record_id: {} for record_id in record_ids}
    rows = session.execute(rows_of(record_kind, record_ids, slugs, at).with_only_columns(*COLUMNS)).mappings()
    for (record_id, slug), some in groupby(rows, key=lambda row: (row["record_id"], row["field"])):
        values[record_id][slug] = plain([dict(row) for row in some])
    return values


COLUMNS = [
    CustomValue.record_id,
    CustomValue.field,
    CustomValue.type,
    CustomValue.uid,
    CustomValue.value_number,
    CustomValue.value_date,
    CustomValue.value_flag,
    CustomValue.value_code,
    CustomValue.value_sealed,
]
"""What a plain value is made of."""


def plain(rows: list[Mapping[str, Any]]) -> Any:
    """The plain value of the rows of one field of one record."""
    opened = [{**row, SEALED: opened_value(row)} for row in rows]
    return TYPES[rows[0]["type"]].value(opened)


def opened_value(row: Mapping[str, Any]) -> str | None:
    """The sealed text of a row, opened."""
    sealed = row["value_sealed"]
    return None if sealed is None else unseal(sealed, TABLE, SEALED, row["uid"])


def close(session: Session, now: dt.datetime, *conditions: ColumnElement[bool]) -> None:
    """End the rows that hold now and fit; a row that began later than `now` ends as it begins."""
    ended = update(CustomValue).where(CustomValue.until_at.is_(None), *conditions)
    session.execute(
        ended.values(until_at=func.greatest(CustomValue.from_at, now)).execution_options(synchronize_session=False)
    )


def write(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows, their texts sealed, in one statement for all of one source; each gives every column but `uid`."""
    insert_many(session, CustomValue, [sealed_row(row) for row in rows])


def sealed_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its uid, its text sealed for it, and every value column there is."""
    uid = new_uid()
    columns = {**EMPTY, **row, "uid": uid}
    text = columns.pop(SEALED, None)
    columns["value_sealed"] = None if text is None else seal(text, TABLE, SEALED, uid)
    return columns


EMPTY = dict.fromkeys(("value_number", "value_unit", "value_date", "value_flag", "value_code"))


def columns_of(field: CustomField, value: Any) -> list[dict[str, Any]]:
    """What the rows of a valid value hold: its columns, its field, the type and the version."""
    common = {"field": field.slug, "type": field.type, "version_id": field.version_id}
    return [{**common, **columns} for columns in TYPES[field.type].rows(field, value)]
