"""Opens the custom fields of one record for a form: what is recorded, offered and asked, and what may change."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from journeys.criteria.custom.asking import asked_of
from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.current import read_values
from journeys.criteria.custom.may import may_edit
from journeys.criteria.custom.read_custom_values import fields_to_see, note_restricted
from journeys.criteria.custom.records import patient_of
from journeys.foundation.acting import Act


@dataclass(frozen=True)
class Asked:
    """One field of a form.

    `value` is what is recorded, None for nothing. `offered` is what the form starts with: the value, else the default,
    which is no fact until somebody saves it. A field that `is_asked` is not may still hold a value: it is shown,
    never asked for. Fields that `may_change` is not for are shown only.
    """

    field: CustomField
    value: Any
    offered: Any
    is_asked: bool
    may_change: bool


def open_custom_form(
    session: Session, act: Act, record_kind: str, record_id: int, roles: Collection[str] = ()
) -> list[Asked]:
    """The fields of a record that roles and purpose may see, in the order of forms. Missing without such a record."""
    patient_id = patient_of(session, record_kind, record_id)
    fields = fields_to_see(session, act, record_kind, roles)
    values = read_values(session, record_kind, [record_id], list(fields))
    note_restricted(session, record_kind, {record_id: patient_id}, values, fields)
    asked = asked_of(session, act, record_kind, [record_id], list(fields.values()))[record_id]
    recorded = values[record_id]
    return [
        Asked(
            field=field,
            value=recorded.get(slug),
            offered=recorded.get(slug, field.default),
            is_asked=slug in asked,
            may_change=may_edit(field, roles, act.purpose),
        )
        for slug, field in fields.items()
    ]
