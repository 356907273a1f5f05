"""How freed times of a type are offered where nobody said otherwise, in Python and for SQL."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import Session

from journeys.store.waitlist import BackfillPlan


@dataclass(frozen=True)
class Plan:
    """How times of one type are offered (see `BackfillPlan`); the usual is one person at a time for a quarter of an
    hour, three at once for half an hour where the time begins within two days, nobody later than 90 minutes before."""

    is_on: bool = True
    at_once: int = 1
    minutes: int = 15
    soon_hours: int = 48
    soon_at_once: int = 3
    soon_minutes: int = 30
    until_minutes: int = 90
    days_ahead: int = 7
    rest_hours: int = 24
    most_offers: int = 10
    most_refusals: int = 3
    price: Decimal | None = None
    currency: str | None = None


USUAL = Plan()
NAMES = tuple(each.name for each in fields(Plan))


def plan_of(session: Session, type_id: int) -> Plan:
    """The plan of a type."""
    row = session.get(BackfillPlan, type_id)
    return USUAL if row is None else Plan(**{name: getattr(row, name) for name in NAMES})


def planned(name: str) -> ColumnElement[Any]:
    """SQL: a value of the plan of a type, where `backfill_plan` is joined from outside."""
    return func.coalesce(getattr(BackfillPlan, name), getattr(USUAL, name))
