"""A server says that something changed: a hint, nothing more. It is written down, and the server is asked at once.

What the hint carries is not believed and not read: whoever knows the address can make the house look, and no more.
"""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from journeys.foundation import audit, links
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Missing
from journeys.foundation.words import N_
from journeys.store.connections import FHIR_R4, Connection
from journeys.store.fhir_reading import SEARCH, FhirReading, FhirWalk
from journeys.sync.fhir.keep_server import READ

LINK = "fhir-hook"
PATH = "/hooks/fhir/"


def address_of_hook(connection_id: int) -> str:
    """Where a server may say that something changed; empty while the portal's address is not known."""
    return links.written(LINK, PATH, connection_id) or ""


def take_hint(session: Session, act: Act, token: str, resource_type: str | None = None) -> None:
    """Have the server asked now: of one type, where the hint names one that is read, else of all. A server that was
    failing is left alone as long as was decided. Missing for an address that is nobody's."""
    number = links.number_in(LINK, token)
    same = select(FhirReading).join(Connection, Connection.id == FhirReading.connection_id)
    mine = same.where(Connection.id == number, Connection.kind == FHIR_R4, Connection.active)
    reading = None if number is None else session.scalar(mine.with_for_update(of=FhirReading))
    if reading is None:
        raise Missing(N_("There is no such connection"))
    walks = (FhirWalk.connection_id == reading.connection_id, FhirWalk.way == SEARCH, FhirWalk.error.is_(None))
    hinted = update(FhirWalk).where(*walks).values(next_at=act.now)
    if resource_type is not None:
        known = select(FhirWalk.id).where(*walks, FhirWalk.resource_type == resource_type).exists()
        if session.scalar(select(known)):
            hinted = hinted.where(FhirWalk.resource_type == resource_type)
    session.execute(hinted.execution_options(synchronize_session=False))
    reading.hinted_at = act.now
    if reading.failures == 0:
        reading.next_at = min(reading.next_at, act.now)
    audit.note(session, "U", FhirReading.__tablename__, [reading.id], detail={"what": "hint"})
    ring_after_commit(session, READ)
