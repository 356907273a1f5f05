"""A batch of removing old history failed and left nothing behind: the run says what failed, and goes on another day."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.flow.retention.histories import HISTORIES
from journeys.flow.retention.remove_old import begin, last_run
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.retention import RetentionRule, months_before


def note_failure(session: Session, act: Act, name: str, error: str) -> None:
    """Keep the class of the error, never its text; a run whose first batch failed begins with it."""
    rule = session.get(RetentionRule, name)
    run = last_run(session, name)
    is_over = run is None or run.ended_at is not None
    if is_over and rule is not None and rule.keep_months is not None:
        run = begin(session, act, HISTORIES[name], months_before(act.now, rule.keep_months))
    if run is not None:
        run.error = error
    audit.note(session, "D", name, detail={"error": error}, outcome="12")
    session.flush()
