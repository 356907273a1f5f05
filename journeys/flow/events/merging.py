"""Hands over to the kept record what staff still have to do for a record that was merged into it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, literal, select, update
from sqlalchemy.orm import Session, aliased

from journeys.flow.running.batch import QUIET
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.store.due import DueItem
from journeys.store.events import emit_from
from journeys.store.people import Patient
from journeys.store.tasks import OPEN_STATUSES, Task

CHANGED = "patient.changed"
MOVED = {"what": "moved to the kept record"}


def hand_over(session: Session, act: Act, patients: Select[Any]) -> None:
    """Move the open tasks of merged `patients` to the records that are kept, and have those looked at.

    A task stays whose it is and keeps what it is about; journeys are not moved: the kept record enters them by itself.
    Nothing goes to a record that has died or is not in use.
    """
    kept = kept_records(patients).subquery("kept")
    moved = session.execute(
        update(Task)
        .where(Task.patient_id == kept.c.merged_id, Task.status.in_(OPEN_STATUSES))
        .values(
            patient_id=kept.c.kept_id,
            location_id=func.coalesce(kept.c.location_id, Task.location_id),
            row_version=Task.row_version + 1,
        )
        .returning(Task.id, Task.patient_id)
        .execution_options(**QUIET)
    ).all()
    if moved:
        audit.note(session, "U", "task", [row.id for row in moved], [row.patient_id for row in moved], MOVED)
    hand_over_recalls(session, kept)
    about = select(
        kept.c.kept_id.label("patient_id"),
        literal(Patient.__tablename__).label("subject_kind"),
        kept.c.kept_id.label("subject_id"),
    )
    if emit_from(session, act, CHANGED, about.distinct()):
        ring_after_commit(session, "enrol")


def hand_over_recalls(session: Session, kept: Any) -> None:
    """Move the open recalls; what guidelines ask of the kept record is worked out for itself."""
    moved = session.execute(
        update(DueItem)
        .where(DueItem.patient_id == kept.c.merged_id, DueItem.guideline_id.is_(None), DueItem.closed_at.is_(None))
        .values(patient_id=kept.c.kept_id, row_version=DueItem.row_version + 1)
        .returning(DueItem.id, DueItem.patient_id)
        .execution_options(**QUIET)
    ).all()
    if moved:
        audit.note(session, "U", "due_item", [row.id for row in moved], [row.patient_id for row in moved], MOVED)


def kept_records(patients: Select[Any]) -> Select[Any]:
    """SELECT merged_id, kept_id, location_id (the kept record's branch) of those of `patients` who were merged.

    Follows merges of merges to the end; records that were merged in a circle have no kept one.
    """
    merged = Patient.merged_into_id.is_not(None)
    followed = (
        select(Patient.id.label("merged_id"), Patient.merged_into_id.label("kept_id"))
        .where(Patient.id.in_(patients), merged)
        .cte("followed", recursive=True)
    )
    further = aliased(Patient)
    followed = followed.union(
        select(followed.c.merged_id, further.merged_into_id)
        .join(further, further.id == followed.c.kept_id)
        .where(further.merged_into_id.is_not(None))
    )
    person = aliased(Patient)
    return (
        select(followed.c.merged_id, followed.c.kept_id, person.managing_location_id.label("location_id"))
        .join(person, person.id == followed.c.kept_id)
        .where(person.merged_into_id.is_(None), person.active, ~person.deceased)
    )
