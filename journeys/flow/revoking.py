"""Takes patients out of every journey they are in, for a reason that stands in no journey."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from journeys.flow.batch import Batch
from journeys.flow.catalogue import read_defaults
from journeys.flow.ending import revoke
from journeys.flow.versions import published
from journeys.foundation.acting import Act
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment
from journeys.store.tasks import OPEN_STATUSES, Task

QUIET = {"synchronize_session": False}


def revoke_all_of(session: Session, act: Act, patients: Select[Any], reason: str) -> int:
    """End every enrolment of the patients that `patients` SELECTs; return how many."""
    rows = session.execute(
        select(Enrolment.version_id, Enrolment.id)
        .where(Enrolment.ended_at.is_(None), Enrolment.patient_id.in_(patients))
        .order_by(Enrolment.version_id, Enrolment.patient_id)
        .with_for_update()
    ).all()
    found: dict[int, list[int]] = {}
    for version_id, enrolment_id in rows:
        found.setdefault(version_id, []).append(enrolment_id)
    defaults = read_defaults(session)
    journeys = published(session, found) if found else {}
    for version_id, ids in found.items():
        revoke(Batch(session, act, defaults, journeys[version_id], ids), reason)
    return len(rows)


def cancel_tasks_of(session: Session, patients: Select[Any], reason: str) -> None:
    """Cancel every open task about these patients, whoever made it."""
    session.execute(
        update(Task)
        .where(Task.patient_id.in_(patients), Task.status.in_(OPEN_STATUSES))
        .values(status="cancelled", cancelled_reason=reason, row_version=Task.row_version + 1)
        .execution_options(**QUIET)
    )


def hold_messages_of(session: Session, act: Act, patients: Select[Any], reason: str) -> None:
    """Hold every message to these patients that has not left the house."""
    session.execute(
        update(Message)
        .where(
            Message.patient_id.in_(patients),
            Message.direction == "outbound",
            Message.status.in_(("planned", "released")),
        )
        .values(status="held", reasons=[reason], decided_at=act.now)
        .execution_options(**QUIET)
    )
