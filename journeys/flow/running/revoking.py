"""Takes patients out of journeys for a reason that stands in no journey."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session

from journeys.contact.sending.withdraw import withdraw
from journeys.flow.running.batch import QUIET, Batch
from journeys.flow.running.ending import revoke
from journeys.flow.running.versions import published
from journeys.flow.text.catalogue import read_defaults
from journeys.foundation.acting import Act
from journeys.store.enrolments import Enrolment
from journeys.store.tasks import OPEN_STATUSES, Task


def revoke_where(session: Session, act: Act, where: ColumnElement[bool], reason: str) -> int:
    """End every open enrolment for which `where` holds; return how many."""
    rows = session.execute(
        select(Enrolment.version_id, Enrolment.id)
        .where(Enrolment.ended_at.is_(None), where)
        .order_by(Enrolment.version_id, Enrolment.patient_id)
        .with_for_update()
    ).all()
    found: dict[int, list[int]] = {}
    for version_id, enrolment_id in rows:
        found.setdefault(version_id, []).append(enrolment_id)
    if found:
        defaults = read_defaults(session)
        journeys = published(session, found)
        for version_id, ids in found.items():
            revoke(Batch(session, act, defaults, journeys[version_id], ids), reason)
    return len(rows)


def stop_everything_for(session: Session, act: Act, patients: Select[Any], reason: str) -> None:
    """End every journey of these patients, cancel every open task about them, hold whatever is queued for them."""
    revoke_where(session, act, Enrolment.patient_id.in_(patients), reason)
    session.execute(
        update(Task)
        .where(Task.patient_id.in_(patients), Task.status.in_(OPEN_STATUSES))
        .values(status="cancelled", cancelled_reason=reason, row_version=Task.row_version + 1)
        .execution_options(**QUIET)
    )
    withdraw(session, act, patients, reason)
