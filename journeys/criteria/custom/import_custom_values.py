"""Records what imported resources say for custom fields, for a whole batch at once.

The source counts as somebody who may fill in whatever names it. A value that the field does not allow is left out and
counted; what a resource does not say stays as it is recorded here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy.orm import Session

from journeys.criteria.custom.content import CustomField, live_fields
from journeys.criteria.custom.current import close, columns_of, read_values, write
from journeys.criteria.custom.extensions import given_by
from journeys.criteria.custom.values import is_nothing, is_same, normal, value_problems
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.custom_values import CustomValue

PLACE = "import"


@dataclass(frozen=True)
class Arrived:
    """One record that an import has just written, with the resource that it came from."""

    record_id: int
    patient_id: int
    source_record_id: int
    resource: Mapping[str, Any]


def mapped_fields(session: Session, record_kind: str) -> dict[str, CustomField]:
    """The fields in force of a kind of record that say where the import finds their values."""
    fields = live_fields(session, record_kind)
    return {slug: field for slug, field in fields.items() if field.content.get("import_from")}


def import_custom_values(session: Session, act: Act, record_kind: str, arrived: Sequence[Arrived]) -> int:
    """How many values were recorded anew. Nobody is told: the import has told of every record already."""
    fields = mapped_fields(session, record_kind)
    if not fields or not arrived:
        return 0
    before = read_values(session, record_kind, [each.record_id for each in arrived], list(fields))
    refused: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    changed: list[tuple[Arrived, CustomField, Any]] = []
    for each in arrived:
        known = before[each.record_id]
        for field, value in values_of(each.resource, fields, refused):
            if field.slug not in known or not is_same(known[field.slug], normal(field, value)):
                changed.append((each, field, value))
                known[field.slug] = value
        missing.update(slug for slug, field in fields.items() if field.is_required(PLACE) and slug not in known)
    keep(session, act, record_kind, changed)
    if changed or refused or missing:
        detail = {"on": record_kind, "place": PLACE, "refused": dict(refused), "missing": dict(missing)}
        records = sorted({each.record_id for each, _, _ in changed})
        audit.note(session, "U", "custom_value", records, sorted({each.patient_id for each, _, _ in changed}), detail)
    return len(changed)


def values_of(
    resource: Mapping[str, Any], fields: Mapping[str, CustomField], refused: Counter[str]
) -> Iterator[tuple[CustomField, Any]]:
    """(field, value) of everything that a resource says and the field allows; what it does not allow is counted."""
    for slug, field in fields.items():
        value = given_by(resource, field)
        if value is None or is_nothing(field, value):
            continue
        if any(True for _ in value_problems(field, value, slug)):
            refused[slug] += 1
        else:
            yield field, value


def keep(session: Session, act: Act, record_kind: str, changed: Sequence[tuple[Arrived, CustomField, Any]]) -> None:
    """End what was recorded otherwise and write what is new, in two statements for all."""
    if not changed:
        return
    ended = [
        and_(CustomValue.field == slug, CustomValue.record_id.in_([each.record_id for each, _ in some]))
        for slug, some in by_field(changed).items()
    ]
    close(session, act.now, CustomValue.record_kind == record_kind, or_(*ended))
    common = {"record_kind": record_kind, "from_at": act.now, "recorded_at": act.now, "recorded_by": act.by}
    rows: list[dict[str, Any]] = []
    for each, field, value in changed:
        about = {
            "record_id": each.record_id,
            "patient_id": each.patient_id,
            "source_record_id": each.source_record_id,
        }
        rows.extend({**common, **about, **columns} for columns in columns_of(field, value))
    write(session, rows)


def by_field(changed: Sequence[tuple[Arrived, CustomField, Any]]) -> dict[str, list[tuple[Arrived, Any]]]:
    """The changes of each field."""
    found: dict[str, list[tuple[Arrived, Any]]] = {}
    for each, field, value in changed:
        found.setdefault(field.slug, []).append((each, value))
    return found
