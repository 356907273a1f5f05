"""What is due for the patients of a scope, page by page: by status, guideline, branch, severity, queue or owner."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.tables import Texts
from journeys.store.configuration import Definition
from journeys.store.due import ASKING, DueItem
from journeys.store.lists import keyset
from journeys.store.lists.keyset import BEGINNING, Count, Order, Place
from journeys.store.people import Patient

RECALLS = "recalls"
"""In the place of a guideline's slug: what somebody asked for about one patient."""


@dataclass(frozen=True)
class Narrowed:
    """What is shown; without a status whatever asks for something to be done."""

    status: str | None = None
    guideline: str | None = None
    branch: int | None = None
    severity: str | None = None
    queue: str | None = None


@dataclass(frozen=True)
class DueRow:
    """One occurrence with its patient and what its guideline is called; no name for a recall about none."""

    item: DueItem
    patient: Patient
    name: Texts | None


@dataclass(frozen=True)
class DuePage:
    """A page of them, and how many there are."""

    rows: list[DueRow]
    count: Count
    has_previous: bool
    has_next: bool
    is_lost: bool


def list_due(
    session: Session, act: Act, narrowed: Narrowed = Narrowed(), place: Place = BEGINNING, size: int = 25
) -> DuePage:
    """What has been due longest comes first."""
    about = aliased(Definition)
    query = (
        select(DueItem, Patient, Definition.name, about.name)
        .join(Patient, Patient.id == DueItem.patient_id)
        .outerjoin(Definition, Definition.id == DueItem.guideline_id)
        .outerjoin(about, about.id == DueItem.about_id)
        .where(DueItem.closed_at.is_(None))
    )
    if narrowed.status is None:
        query = query.where(DueItem.status.in_(ASKING))
    else:
        query = query.where(DueItem.status == narrowed.status)
    if narrowed.guideline == RECALLS:
        query = query.where(DueItem.guideline_id.is_(None))
    elif narrowed.guideline is not None:
        query = query.where(Definition.slug == narrowed.guideline)
    if narrowed.branch is not None:
        query = query.where(Patient.managing_location_id == narrowed.branch)
    if narrowed.severity is not None:
        query = query.where(DueItem.severity == narrowed.severity)
    if narrowed.queue is not None:
        query = query.where(DueItem.queue == narrowed.queue)
    found, count = keyset.page_of(session, query, Order(DueItem.id, DueItem.due_on), place, size)
    rows = [DueRow(item, patient, name or recall) for item, patient, name, recall in found.rows]
    audit.note(session, "R", "due_item", patients=[row.patient.id for row in rows])
    return DuePage(rows, count, found.has_previous, found.has_next, found.is_lost)
