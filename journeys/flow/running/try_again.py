"""Lets enrolments that were set aside go on: a person has mended what failed, or wants to see whether it still does."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from journeys.flow.running.batch import QUIET
from journeys.flow.running.relation import one_of_ids
from journeys.flow.running.setbacks import is_set_aside
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.lanes import ALL_LANES, lock_lanes
from journeys.store.configuration import Definition
from journeys.store.enrolments import Enrolment
from journeys.store.setbacks import Setback


def try_again(session: Session, act: Act, version_id: int, step: str | None, error: str) -> int:
    """Take those of a version who failed alike off hold, and return how many; what they waited for is as it was."""
    lock_lanes(session, ALL_LANES)
    waiting = (
        select(Setback.enrolment_id, Setback.patient_id)
        .join(Enrolment, Enrolment.id == Setback.enrolment_id)
        .join(Definition, Definition.id == Enrolment.definition_id)
        .where(
            is_set_aside(),
            Setback.version_id == version_id,
            Setback.step.is_not_distinct_from(step),
            Setback.error == error,
        )
    )
    rows = session.execute(waiting).all()
    if not rows:
        audit.nothing_happened(session)
        return 0
    ids = [row.enrolment_id for row in rows]
    freed = update(Enrolment).where(one_of_ids(Enrolment.id, ids)).values(status="active")
    session.execute(freed.execution_options(**QUIET))
    session.execute(delete(Setback).where(one_of_ids(Setback.enrolment_id, ids)).execution_options(**QUIET))
    ring_after_commit(session, "advance")
    detail = {"version": version_id, "step": step, "again": len(ids)}
    audit.note(session, "U", "enrolment", ids, [row.patient_id for row in rows], detail)
    return len(ids)
