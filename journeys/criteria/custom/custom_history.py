"""Shows what was recorded of one field of one record, and when: newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.criteria.custom.current import COLUMNS, plain
from journeys.criteria.custom.read_custom_values import fields_to_see, note_restricted
from journeys.criteria.custom.records import patient_of
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.store.custom_values import CustomValue

MOST_ROWS = 500


@dataclass(frozen=True)
class Past:
    """One value with the time for which it held (`until_at` None: it holds); of many choices each stands by itself.

    `type` is that of the field when it was recorded: the field may have another by now.
    """

    value: Any
    type: str
    from_at: dt.datetime
    until_at: dt.datetime | None
    recorded_by: str
    is_imported: bool


def custom_history(
    session: Session, act: Act, record_kind: str, record_id: int, slug: str, roles: Collection[str] = ()
) -> list[Past]:
    """The newest MOST_ROWS values. Missing when there is no such record or field for these roles and this purpose."""
    patient_id = patient_of(session, record_kind, record_id)
    fields = fields_to_see(session, act, record_kind, roles)
    if slug not in fields:
        raise Missing(f"There is no field {slug} here")
    rows = session.execute(
        select(
            *COLUMNS,
            CustomValue.from_at,
            CustomValue.until_at,
            CustomValue.recorded_by,
            CustomValue.source_record_id,
        )
        .where(CustomValue.record_kind == record_kind, CustomValue.record_id == record_id, CustomValue.field == slug)
        .order_by(CustomValue.from_at.desc(), CustomValue.id.desc())
        .limit(MOST_ROWS)
    ).mappings()
    found = [
        Past(
            value=plain([dict(row)]),
            type=row["type"],
            from_at=row["from_at"],
            until_at=row["until_at"],
            recorded_by=row["recorded_by"],
            is_imported=row["source_record_id"] is not None,
        )
        for row in rows
    ]
    shown = {record_id: {slug: True} if found else {}}
    note_restricted(session, record_kind, {record_id: patient_id}, shown, {slug: fields[slug]})
    return found
