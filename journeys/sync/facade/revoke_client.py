"""An administrator takes from a system whatever it might read."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.words import N_
from journeys.store.fhir_clients import FhirClient, FhirToken


def revoke_client(session: Session, act: Act, slug: str) -> None:
    """From this moment no token of it opens anything, and it gets no other. Doing it again changes nothing."""
    found = session.scalar(select(FhirClient).where(FhirClient.slug == slug).with_for_update())
    if found is None:
        raise Missing(N_("There is no such system"))
    if found.revoked_at is not None:
        audit.nothing_happened(session)
        return
    found.revoked_at, found.revoked_by = act.now, act.by
    found.row_version += 1
    session.execute(delete(FhirToken).where(FhirToken.client_id == found.id))
    audit.note(session, "U", FhirClient.__tablename__, [found.id], detail={"slug": slug, "revoked": True})
