"""A recall that somebody asked for is closed by hand: done elsewhere, or no longer wanted."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.care.guidelines.refresh_recalls import RECALL
from journeys.care.guidelines.writing import ENDED_KIND
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Missing, Problem, Stale
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.due import DueChange, DueItem
from journeys.store.events import emit

CLOSINGS = ("done", "cancelled")


def close_recall(session: Session, act: Act, uid: uuid.UUID, outcome: str, row_version: int | None = None) -> DueItem:
    """Close it and return it. Missing without it in this scope, Stale when it is closed or was changed since."""
    this = select(DueItem).where(DueItem.uid == uid, DueItem.guideline_id.is_(None))
    patient = session.scalar(this.with_only_columns(DueItem.patient_id))
    if patient is None:
        raise Missing(N_("There is no such recall here"))
    lock_lanes(session, [lane_of(patient)])
    item = session.scalars(this.with_for_update().execution_options(populate_existing=True)).one()
    if item.closed_at is not None or row_version not in {None, item.row_version}:
        raise Stale("The recall was closed or changed by somebody else")
    if outcome not in CLOSINGS:
        raise Invalid([Problem("outcome", N_("Choose one of those that are offered"))])
    item.closed_at = max(act.now, item.opened_at)
    item.outcome = outcome
    item.row_version += 1
    ended = {"item_id": item.id, "at": act.now, "from_status": item.status, "reason": outcome, "caused_by": act.by}
    session.add(DueChange(patient_id=item.patient_id, **ended))
    session.flush()
    slug = session.scalar(select(Definition.slug).where(Definition.id == item.about_id))
    about = {"subject_kind": "due_item", "subject_id": item.id, "code": slug or RECALL, "outcome": outcome}
    emit(session, act, ENDED_KIND, [{"patient_id": item.patient_id, **about}])
    audit.note(session, "U", "due_item", [item.id], [item.patient_id], {"what": outcome})
    return item
