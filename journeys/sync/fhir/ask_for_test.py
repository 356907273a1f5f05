"""An administrator asks whether a server answers; a worker looks, because only workers speak to the outside."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Missing
from journeys.foundation.words import N_
from journeys.store.connections import Connection
from journeys.store.fhir_reading import FhirReading
from journeys.sync.fhir.keep_server import READ


def ask_for_test(session: Session, act: Act, slug: str) -> None:
    """Have it looked at as soon as may be, even while it rests or is left alone. Missing without one."""
    same = select(FhirReading).join(Connection, Connection.id == FhirReading.connection_id)
    reading = session.scalar(same.where(Connection.slug == slug).with_for_update(of=FhirReading))
    if reading is None:
        raise Missing(N_("There is no such connection"))
    reading.test_asked_at = act.now
    reading.next_at = min(reading.next_at, act.now)
    audit.note(session, "U", FhirReading.__tablename__, [reading.id], detail={"what": "test asked for"})
    ring_after_commit(session, READ)
