"""Lets a paused journey go on where it stopped."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from journeys.contact.go_on import go_on
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Stale
from journeys.foundation.lanes import ALL_LANES, lock_lanes
from journeys.store.configuration import Definition
from journeys.store.definitions import JOURNEY, find
from journeys.store.enrolments import Enrolment


def resume(session: Session, act: Act, slug: str) -> int:
    """Take the journey and its enrolments off hold and return how many; Stale when it is not paused.

    What fell due meanwhile is due now, and so are messages that waited; those past their useful time are held by the
    contact rules.
    """
    lock_lanes(session, ALL_LANES)
    definition: Definition = find(session, JOURNEY, slug)
    if definition.status != "paused":
        raise Stale(f"The journey {slug} is not paused")
    definition.status = "active"
    definition.stopped = None
    definition.changed_at = act.now
    definition.changed_by = act.by
    session.flush()
    freed = session.execute(
        update(Enrolment)
        .where(Enrolment.definition_id == definition.id, Enrolment.status == "on-hold")
        .values(status="active")
        .execution_options(synchronize_session=False)
    )
    count = int(freed.rowcount)  # type: ignore[attr-defined]
    go_on(session, act, definition.id)
    ring_after_commit(session, "advance")
    ring_after_commit(session, "enrol")
    audit.note(session, "U", "journey", [definition.id], detail={"slug": slug, "resumed": count})
    return count
