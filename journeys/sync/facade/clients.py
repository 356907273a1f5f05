"""Which systems are registered to read Waymark by FHIR."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.words import N_
from journeys.store.fhir_clients import FhirClient, FhirClientBranch, FhirToken
from journeys.store.organisation import Location


@dataclass(frozen=True)
class Registered:
    """A system with its branches (slug and name), and when it got its newest token that still is kept."""

    client: FhirClient
    branches: list[tuple[str, str]]
    token_at: dt.datetime | None


def clients(session: Session, act: Act, slug: str | None = None) -> list[Registered]:
    """All of them, or the one of this name: Missing without it. Three statements."""
    chosen = select(FhirClient).order_by(FhirClient.name, FhirClient.id)
    found = session.scalars(chosen if slug is None else chosen.where(FhirClient.slug == slug)).all()
    if slug is not None and not found:
        raise Missing(N_("There is no such system"))
    numbers = [each.id for each in found]
    places: dict[int, list[tuple[str, str]]] = {}
    of_branches = select(FhirClientBranch.client_id, Location.slug, Location.name).join(Location)
    of_branches = of_branches.where(FhirClientBranch.client_id.in_(numbers)).order_by(Location.name, Location.id)
    for number, place, name in session.execute(of_branches):
        places.setdefault(number, []).append((place or "", name))
    newest = select(FhirToken.client_id, func.max(FhirToken.issued_at)).where(FhirToken.client_id.in_(numbers))
    tokens = {row[0]: row[1] for row in session.execute(newest.group_by(FhirToken.client_id))}
    audit.nothing_happened(session)
    return [Registered(each, places.get(each.id, []), tokens.get(each.id)) for each in found]
