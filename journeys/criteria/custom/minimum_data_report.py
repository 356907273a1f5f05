"""Tells which fields are worth asking: how many records have a value, and what uses the field."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.criteria.custom.content import CustomField, live_fields
from journeys.criteria.custom.used_in import DRAFT, Use, uses
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.custom_values import CustomValue

MOST_COUNTED = 1_000


@dataclass(frozen=True)
class FieldUse:
    """One field in force: how many records of the act's branches have a value (at most MOST_COUNTED are counted, and
    `is_more` says that there are more), and what in force uses it."""

    field: CustomField
    filled: int
    is_more: bool
    uses: tuple[Use, ...]

    @property
    def is_idle(self) -> bool:
        """Whether nobody fills it in, or nothing uses it: it need not be asked."""
        return self.filled == 0 or not self.uses


def minimum_data_report(session: Session, act: Act) -> list[FieldUse]:
    """Every field in force, those that need not be asked first."""
    used = uses(session)
    report = []
    for slug, field in live_fields(session).items():
        filled = filled_records(session, field)
        in_force = tuple(use for use in used.get(slug, []) if use.state != DRAFT)
        report.append(FieldUse(field, min(filled, MOST_COUNTED), filled > MOST_COUNTED, in_force))
    audit.note(session, "R", "custom_value", detail={"what": "minimum data", "fields": len(report)})
    return sorted(report, key=lambda each: (not each.is_idle, each.filled, each.field.slug))


def filled_records(session: Session, field: CustomField) -> int:
    """How many records have a value of a field; one more than MOST_COUNTED for any larger number."""
    some = (
        select(CustomValue.record_id)
        .where(CustomValue.field == field.slug, CustomValue.type == field.type, CustomValue.until_at.is_(None))
        .distinct()
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(some)) or 0
