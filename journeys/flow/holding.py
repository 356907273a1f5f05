"""Puts a journey and everybody in it on hold: what pausing by a person and stopping by itself share."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.store.configuration import Definition
from journeys.store.enrolments import Enrolment


def hold(session: Session, act: Act, definition: Definition) -> int:
    """Pause the journey and return how many enrolments are on hold now. The caller keeps others from moving them."""
    definition.status = "paused"
    definition.changed_at = act.now
    definition.changed_by = act.by
    session.flush()
    held = session.execute(
        update(Enrolment)
        .where(Enrolment.definition_id == definition.id, Enrolment.status == "active")
        .values(status="on-hold")
        .execution_options(synchronize_session=False)
    )
    return int(held.rowcount)  # type: ignore[attr-defined]
