"""The rows that custom fields are on: which table holds the records of a kind, and whose a record is."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.errors import Invalid, Missing, Problem
from journeys.foundation.words import N_
from journeys.store.access import Appointment
from journeys.store.people import Patient
from journeys.store.plans import Request
from journeys.store.referrals import Referral
from journeys.store.tasks import Task

TABLES: dict[str, Any] = {
    "patient": Patient,
    "appointment": Appointment,
    "referral": Referral,
    "task": Task,
    "conversation": Request,
}


def patients_of(session: Session, record_kind: str, record_ids: Collection[int]) -> dict[int, int]:
    """Record id → patient id of those records that the act may see; Invalid when there is no such kind."""
    table = TABLES.get(record_kind)
    if table is None:
        choices = {"choices": ", ".join(TABLES)}
        raise Invalid([Problem("record_kind", N_("Choose one of: %(choices)s"), choices)])
    owner = table.id if table is Patient else table.patient_id
    rows = session.execute(select(table.id, owner).where(table.id.in_(record_ids)))
    return dict(rows.all())


def patient_of(session: Session, record_kind: str, record_id: int) -> int:
    """Whose a record is; Missing when the act may not see it."""
    found = patients_of(session, record_kind, [record_id])
    if record_id not in found:
        raise Missing(f"There is no such {record_kind} here")
    return found[record_id]
