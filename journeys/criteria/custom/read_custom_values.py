"""Reads the values of custom fields of some records: only those that roles and purpose may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy.orm import Session

from journeys.criteria.custom.content import CustomField, live_fields
from journeys.criteria.custom.current import Values, read_values
from journeys.criteria.custom.may import may_see
from journeys.criteria.custom.records import patients_of
from journeys.foundation import audit
from journeys.foundation.acting import Act

RESTRICTED = "restricted"


def read_custom_values(
    session: Session,
    act: Act,
    record_kind: str,
    record_ids: Collection[int],
    roles: Collection[str] = (),
    at: dt.datetime | None = None,
) -> dict[int, Values]:
    """Record id → {slug: plain value} of what is recorded; records that the act may not see are left out.

    `at` asks what was recorded at a moment of the past, of the fields in force now. Whoever is shown a value of a
    restricted field is audited.
    """
    patients = patients_of(session, record_kind, record_ids)
    fields = fields_to_see(session, act, record_kind, roles)
    values = read_values(session, record_kind, list(patients), list(fields), at)
    note_restricted(session, record_kind, patients, values, fields)
    return values


def fields_to_see(session: Session, act: Act, record_kind: str, roles: Collection[str]) -> dict[str, CustomField]:
    """The fields in force of a kind of record that roles and the act's purpose may see, in the order of forms."""
    fields = live_fields(session, record_kind)
    return {slug: field for slug, field in fields.items() if may_see(field, roles, act.purpose)}


def note_restricted(
    session: Session,
    record_kind: str,
    patients: dict[int, int],
    values: dict[int, Values],
    fields: dict[str, CustomField],
) -> None:
    """Keep for the audit whose restricted values are about to be shown, and of which fields."""
    restricted = {slug for slug, field in fields.items() if field.sensitivity == RESTRICTED}
    shown = {record_id: restricted & given.keys() for record_id, given in values.items()}
    records = sorted(record_id for record_id, slugs in shown.items() if slugs)
    if records:
        detail = {"fields": sorted(set().union(*shown.values())), "on": record_kind}
        people = sorted({patients[record_id] for record_id in records})
        audit.note(session, "R", "custom_value", records, people, detail)
