"""Records what became of a reading: when the server is asked again, and what it says it can do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.fhir_reading import FhirReading, FhirWalk
from journeys.sync.fhir.claim_server import Claimed, Walk
from journeys.sync.fhir.keep_page import write_walk
from journeys.sync.fhir.speaking import Trouble

FIRST_PAUSE = dt.timedelta(seconds=10)
LONGEST_PAUSE = dt.timedelta(minutes=10)


@dataclass
class Outcome:
    """What became of a reading: what went wrong with the server, with which walk, and what was learnt."""

    trouble: Trouble | None = None
    walks: list[tuple[Walk, Trouble]] = field(default_factory=list)
    capability: dict[str, Any] | None = None
    skews: Sequence[int] = ()
    is_more: bool = False


def record_reading(session: Session, act: Act, claimed: Claimed, outcome: Outcome) -> None:
    """Give the server back. Nothing when somebody else reads it by now."""
    mine = (FhirReading.connection_id == claimed.connection_id, FhirReading.claim == claimed.claim)
    reading = session.scalar(select(FhirReading).where(*mine).with_for_update())
    if reading is None:
        audit.nothing_happened(session)
        return
    reading.claim = None
    reading.claimed_until = None
    trouble = outcome.trouble
    reading.failures = 0 if trouble is None else reading.failures + 1
    reading.error = None if trouble is None else trouble.code
    if outcome.skews:
        reading.skew_seconds = round(median(outcome.skews))
    if outcome.capability is not None:
        reading.capability = outcome.capability
    if claimed.is_tested:
        reading.tested_at = act.now
    if trouble is None:
        reading.answered_at = act.now
    for walk, error in outcome.walks:
        hold_back(session, act, claimed, walk, error)
    session.flush()
    reading.next_at = next_look(session, act, claimed, outcome, reading.failures)
    audit.note(session, "U", FhirReading.__tablename__, [reading.id], detail={"error": reading.error})


def next_look(session: Session, act: Act, claimed: Claimed, outcome: Outcome, failures: int) -> dt.datetime:
    """When the server is asked again: later after each failure, and never sooner than it asks for."""
    if outcome.trouble is not None:
        return act.now + max(pause_after(failures), dt.timedelta(seconds=outcome.trouble.wait))
    if outcome.is_more:
        return act.now
    ahead = select(func.min(FhirWalk.next_at)).where(FhirWalk.connection_id == claimed.connection_id)
    soonest = session.scalar(ahead)
    return max(act.now + dt.timedelta(seconds=1), soonest or act.now + dt.timedelta(seconds=claimed.server.every))


def hold_back(session: Session, act: Act, claimed: Claimed, walk: Walk, trouble: Trouble) -> None:
    """One type that the server does not give: it is asked for later, from its beginning where a page was lost."""
    later = act.now + max(LONGEST_PAUSE / 2, dt.timedelta(seconds=trouble.wait))
    values = {"error": trouble.code, "page": None, "pages": 0, "highest": None, "since": walk.since, "next_at": later}
    write_walk(session, claimed.connection_id, walk, values)


def pause_after(failures: int) -> dt.timedelta:
    """Twice as long after each failure, up to ten minutes."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures - 1, 10))
