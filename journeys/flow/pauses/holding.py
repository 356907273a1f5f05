"""Puts a journey and everybody in it on hold: what pausing by a person and stopping by itself share."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from journeys.foundation.acting import EVERYWHERE, Act, ring_after_commit
from journeys.store.configuration import Definition
from journeys.store.enrolments import Enrolment
from journeys.store.pauses import PAUSED, PAUSING, RESUMED, RESUMING, JourneyPause


def hold(session: Session, act: Act, definition: Definition) -> int:
    """Pause the journey and return how many enrolments are on hold now. The caller keeps others from moving them.

    Who does not see every branch cannot hold everybody; the worker then holds the rest.
    """
    definition.status = "paused"
    definition.changed_at = act.now
    definition.changed_by = act.by
    session.flush()
    begin_pause(session, act, definition)
    return hold_enrolments(session, definition.id)


def begin_pause(session: Session, act: Act, definition: Definition) -> None:
    """Keep since when; a journey that was just going on again stops doing so."""
    session.execute(
        update(JourneyPause)
        .where(JourneyPause.definition_id == definition.id, JourneyPause.status == RESUMING)
        .values(status=RESUMED)
        .execution_options(synchronize_session=False)
    )
    status = PAUSED if act.scope == EVERYWHERE else PAUSING
    session.add(JourneyPause(definition_id=definition.id, status=status, paused_at=act.now, paused_by=act.by))
    session.flush()
    if status == PAUSING:
        ring_after_commit(session, "pauses")


def hold_enrolments(session: Session, definition_id: int) -> int:
    """Put those who are in the journey on hold, as far as this role sees them, and return how many."""
    held = session.execute(
        update(Enrolment)
        .where(Enrolment.definition_id == definition_id, Enrolment.status == "active")
        .values(status="on-hold")
        .execution_options(synchronize_session=False)
    )
    return int(held.rowcount)  # type: ignore[attr-defined]
