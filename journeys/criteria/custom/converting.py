"""What becomes of the values of a field whose type changes: each is read as text of the old type and judged by the new.

Values are looked at in batches of records, so that memory does not grow with them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.current import Values, close, columns_of, read_values, write
from journeys.criteria.custom.references import reference_names
from journeys.criteria.custom.values import converted, value_problems
from journeys.criteria.units import are_convertible
from journeys.criteria.units import converted as in_unit
from journeys.foundation.acting import Act
from journeys.foundation.words import N_
from journeys.store.custom_values import COLUMNS, CustomValue

BATCH = 1_000
MOST_JUDGED = 5_000
"""How many records a look at them opens at most: it happens while somebody waits for a page."""

MOST_SAMPLES = 5
NUMBER = "number"
REFERENCE = "reference"
ORDINARY = "ordinary"

NO_TEXT = N_("A table cannot be turned into anything else")
NOT_THERE = N_("There is nothing of this name")
NO_UNIT = N_("Numbers of the one unit cannot be converted into the other")


@dataclass
class Outcome:
    """What became, or would become, of values: how many records have one, how many fit, and why the others do not.

    `reasons` counts them by message id; `samples` holds some of their codes by message id, never anything sealed, and
    nothing of fields that are not ordinary. `is_more` says that others were not looked at.
    """

    records: int = 0
    fitting: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[str]] = field(default_factory=dict)
    is_more: bool = False

    @property
    def lost(self) -> int:
        """How many do not fit."""
        return self.records - self.fitting


def has_to_convert(old: CustomField, new: CustomField) -> bool:
    """Whether values recorded under one definition mean something else under the other."""
    if old.type != new.type:
        return True
    if old.type == NUMBER:
        return old.unit != new.unit
    return old.type == REFERENCE and old.content["of"] != new.content["of"]


def judge(session: Session, old: CustomField, new: CustomField) -> Outcome:
    """Look at the current values of the first `MOST_JUDGED` records without changing any."""
    outcome = Outcome()
    for values in batches(session, old, MOST_JUDGED + 1):
        room = MOST_JUDGED - outcome.records
        if len(values) > room:
            outcome.is_more = True
            values = dict(list(values.items())[:room])
        judged(session, old, new, values, outcome)
    return outcome


def convert(session: Session, act: Act, old: CustomField, new: CustomField) -> Outcome:
    """Close every current value and record what it means under the new definition, where it means anything."""
    outcome = Outcome()
    for values in batches(session, old):
        kept = judged(session, old, new, values, outcome)
        owners = patients(session, old, list(values))
        mine = (CustomValue.field == old.slug, CustomValue.record_kind == old.on, CustomValue.record_id.in_(values))
        close(session, act.now, *mine)
        common = {
            "record_kind": old.on,
            "from_at": act.now,
            "recorded_at": act.now,
            "recorded_by": act.by,
        }
        rows: list[dict[str, Any]] = []
        for record_id, value in kept.items():
            about = {**common, "record_id": record_id, "patient_id": owners[record_id]}
            rows.extend({**about, **columns} for columns in columns_of(new, value))
        write(session, rows)
    return outcome


def batches(session: Session, old: CustomField, most: int | None = None) -> Iterator[dict[int, Any]]:
    """Record id → plain value, some records at a time; of at most so many records."""
    after = -1
    left = most
    while left is None or left > 0:
        records = session.scalars(
            select(CustomValue.record_id)
            .where(
                CustomValue.field == old.slug,
                CustomValue.record_kind == old.on,
                CustomValue.type == old.type,
                CustomValue.until_at.is_(None),
                CustomValue.record_id > after,
            )
            .distinct()
            .order_by(CustomValue.record_id)
            .limit(BATCH if left is None else min(BATCH, left))
        ).all()
        if not records:
            return
        after = records[-1]
        left = None if left is None else left - len(records)
        found: dict[int, Values] = read_values(session, old.on, records, [old.slug])
        yield {record_id: values[old.slug] for record_id, values in found.items()}


def patients(session: Session, old: CustomField, records: Sequence[int]) -> dict[int, int]:
    """Whose each record is, as its value says."""
    rows = session.execute(
        select(CustomValue.record_id, CustomValue.patient_id).where(
            CustomValue.field == old.slug,
            CustomValue.record_kind == old.on,
            CustomValue.record_id.in_(records),
            CustomValue.until_at.is_(None),
        )
    )
    return dict(rows.all())


def judged(
    session: Session, old: CustomField, new: CustomField, values: dict[int, Any], outcome: Outcome
) -> dict[int, Any]:
    """Those of some values that fit, as the new type has them; counts all of them in `outcome`."""
    kept: dict[int, Any] = {}
    for record_id, value in values.items():
        meant, reason = meaning(old, new, value)
        if reason is None:
            kept[record_id] = meant
        else:
            outcome_of(outcome, old, reason, value)
    if new.type == REFERENCE:
        there = reference_names(session, new.content["of"], {str(value) for value in kept.values()})
        for record_id in [record_id for record_id, value in kept.items() if value not in there]:
            outcome_of(outcome, old, NOT_THERE, kept.pop(record_id))
    outcome.records += len(values)
    outcome.fitting += len(kept)
    return kept


def meaning(old: CustomField, new: CustomField, value: Any) -> tuple[Any, str | None]:
    """(the value as the new type has it, None), or (None, the message id of why there is none)."""
    if old.type == new.type == NUMBER and old.unit != new.unit:
        if not are_convertible(old.unit, new.unit):
            return None, NO_UNIT
        value = in_unit(value, old.unit, new.unit)
    elif old.type != new.type:
        value = converted(old, new, value)
        if value is None:
            return None, NO_TEXT
    found = next(value_problems(new, value, ""), None)
    return (value, None) if found is None else (None, found.says)


def outcome_of(outcome: Outcome, old: CustomField, reason: str, value: Any) -> None:
    """Count one that does not fit, and keep its codes as a sample when it has any that may be shown."""
    outcome.reasons[reason] += 1
    if COLUMNS[old.type] != "value_code" or old.sensitivity != ORDINARY:
        return
    codes = value if isinstance(value, list) else [str(value)]
    sample = outcome.samples.setdefault(reason, [])
    sample.extend(code for code in codes if code not in sample)
    del sample[MOST_SAMPLES:]
