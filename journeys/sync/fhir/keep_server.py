"""Opens or changes a connection that reads a FHIR server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.addresses import Refused, split
from journeys.foundation.errors import Problem, Stale, refuse_errors
from journeys.foundation.ids import is_slug
from journeys.foundation.words import N_
from journeys.store.connections import FHIR_R4, Connection
from journeys.store.fhir_reading import FhirReading
from journeys.store.importing.fhir import RESOURCE_TYPES
from journeys.store.organisation import Location
from journeys.sync.fhir.server import BASIC, NONE, SCOPE, SECONDS_BETWEEN, SMART, TYPES, WAYS_IN
from journeys.sync.fhir.signing_in import algorithm_of
from journeys.sync.keep_connection import stored

READ = "fhir"
"""The job that reads servers."""

SHORTEST, LONGEST = 10, 86_400


@dataclass(frozen=True)
class ServerPlan:
    """What an administrator says of a server (see `server.Server`). An empty `secret` leaves the one there is."""

    slug: str
    name: dict[str, str]
    branch: str
    base: str
    way_in: str = NONE
    client: str = ""
    key_id: str = ""
    token_url: str = ""
    scope: str = SCOPE
    secret: str = ""
    hosts: tuple[str, ...] = ()
    types: tuple[str, ...] = TYPES
    every: int = SECONDS_BETWEEN
    region: str = "US"
    active: bool = True


def keep_server(session: Session, act: Act, plan: ServerPlan, row_version: int | None = None) -> int:
    """Its id. Invalid with everything that is wrong; Stale when somebody changed it meanwhile."""
    branch = session.scalar(select(Location).where(Location.slug == plan.branch))
    found = session.scalar(select(Connection).where(Connection.slug == plan.slug).with_for_update())
    reading = None if found is None else reading_of(session, found.id)
    has_secret = bool(plan.secret or (reading is not None and reading.secret_sealed is not None))
    refuse_errors([*problems_of(plan, has_secret), *problems_with_others(branch, found, row_version)])
    if found is not None and row_version is not None and found.row_version != row_version:
        raise Stale(N_("Somebody else changed this connection. Look at it again"))
    row = stored(session, found or Connection(slug=plan.slug, kind=FHIR_R4), plan, branch, settings_of(plan))
    keep_reading(session, act, row.id, reading, plan)
    verb = "C" if found is None else "U"
    audit.note(session, verb, Connection.__tablename__, [row.id], detail={"slug": plan.slug, "active": plan.active})
    ring_after_commit(session, READ)
    return row.id


def keep_reading(session: Session, act: Act, connection_id: int, known: FhirReading | None, plan: ServerPlan) -> None:
    """Have it tested and read at once, with what opens it. What another address was read of means nothing here."""
    reading = known or FhirReading(connection_id=connection_id, next_at=act.now)
    reading.next_at = act.now
    reading.test_asked_at = act.now
    reading.failures = 0
    if plan.secret:
        reading.secret = plan.secret
    if plan.way_in == NONE:
        reading.secret = None
    session.add(reading)


def reading_of(session: Session, connection_id: int) -> FhirReading | None:
    """How far a connection is read."""
    return session.scalar(select(FhirReading).where(FhirReading.connection_id == connection_id))


def settings_of(plan: ServerPlan) -> dict[str, object]:
    """The settings as they are kept; what is secret is kept elsewhere."""
    return {
        "base": plan.base,
        "way_in": plan.way_in,
        "client": plan.client,
        "key_id": plan.key_id,
        "token_url": plan.token_url,
        "scope": plan.scope,
        "hosts": list(plan.hosts),
        "types": list(plan.types),
        "every": plan.every,
        "region": plan.region,
    }


def problems_of(plan: ServerPlan, has_secret: bool) -> Iterator[Problem]:
    """What is wrong with a plan by itself."""
    if not is_slug(plan.slug):
        yield Problem("slug", N_("Use lower-case letters, digits and hyphens, for example city-hospital"))
    if not any(plan.name.values()):
        yield Problem("name", N_("Give it a name"))
    for name in ("base", "token_url"):
        address = getattr(plan, name)
        if not is_address(address) and (address or name == "base"):
            yield Problem(name, N_("Give an address that begins with https:// and holds no password"))
    if plan.way_in not in WAYS_IN:
        yield Problem("way_in", N_("There is no such way in"))
    elif plan.way_in != NONE and not has_secret:
        yield Problem("secret", N_("Give what opens the server"))
    if plan.way_in in (BASIC, SMART) and not plan.client:
        yield Problem("client", N_("Say as whom the server knows Waymark"))
    if plan.way_in == SMART and plan.secret and algorithm_of(plan.secret) is None:
        yield Problem("secret", N_("Give a private key in PEM: RSA of at least 2048 bits, or elliptic curve P-384"))
    for each in plan.types:
        if each not in RESOURCE_TYPES:
            yield Problem("types", N_("Write names of FHIR R4, for example DiagnosticReport"))
            break
    if not plan.types:
        yield Problem("types", N_("Say at least one"))
    if not SHORTEST <= plan.every <= LONGEST:
        yield Problem("every", N_("From 10 seconds to a day (86400)"))


def problems_with_others(
    branch: Location | None, found: Connection | None, row_version: int | None
) -> Iterator[Problem]:
    """What is wrong with a plan beside what there is."""
    if branch is None:
        yield Problem("branch", N_("There is no such branch"))
    if found is not None and (row_version is None or found.kind != FHIR_R4):
        yield Problem("slug", N_("There is a connection of this short name already"))


def is_address(url: str) -> bool:
    """Whether a server could be there; whether it may be asked is judged when it is."""
    try:
        parts = split(url)
    except Refused:
        return False
    return not parts.query and not parts.fragment
