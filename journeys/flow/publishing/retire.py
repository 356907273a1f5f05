"""Takes a journey out of force: nobody comes in any more; who is in it walks it to its end, or leaves now."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.flow.running.revoking import revoke_where
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.lanes import ALL_LANES, lock_lanes
from journeys.store.enrolments import Enrolment
from journeys.store.putting_in_force.definitions import JOURNEY, find
from journeys.store.putting_in_force.out_of_force import take_out_of_force

RETIRED = "journey-retired"


def retire(session: Session, act: Act, slug: str, ends_now: bool = False) -> int:
    """Retire the journey and return how many enrolments it ended; `ends_now` ends them all, with what they planned.

    Stale when it was never published, is retired already, or is paused: let it go on first.
    """
    lock_lanes(session, ALL_LANES)
    definition = find(session, JOURNEY, slug)
    take_out_of_force(session, act, definition)
    mine = Enrolment.id.in_(select(Enrolment.id).where(Enrolment.definition_id == definition.id))
    ended = revoke_where(session, act, mine, RETIRED) if ends_now else 0
    audit.note(session, "U", "journey", [definition.id], detail={"slug": slug, "retired": True, "ended": ended})
    return ended
