"""An administrator registers a system that may read Waymark by FHIR, or changes what it may."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Forbidden, Invalid, Missing, Problem, Stale
from journeys.foundation.ids import is_slug
from journeys.foundation.words import N_
from journeys.store.fhir_clients import FhirClient, FhirClientBranch
from journeys.store.organisation import Location
from journeys.sync.facade.keys import read_keys
from journeys.sync.facade.scopes import permissions_of


@dataclass(frozen=True)
class Registration:
    """What an administrator says of a system: its client id, its JWK set as pasted, SMART scopes, slugs of branches."""

    slug: str
    name: str
    keys: str
    scopes: tuple[str, ...]
    branches: tuple[str, ...] = ()
    every_branch: bool = False


def keep_client(session: Session, act: Act, given: Registration, row_version: int | None = None) -> int:
    """Its id. Invalid with everything that is wrong; Stale when somebody changed it meanwhile; Forbidden where it would
    see branches that are not of the act."""
    found = session.scalar(select(FhirClient).where(FhirClient.slug == given.slug).with_for_update())
    chosen = select(Location.slug, Location.id).where(Location.slug.in_(given.branches))
    places = {row[0]: row[1] for row in session.execute(chosen)}
    problems = [*problems_of(given), *problems_with_others(given, found, places, row_version)]
    try:
        keys = read_keys(given.keys)
    except Invalid as invalid:
        problems += invalid.problems
    if problems:
        raise Invalid(problems)
    refuse_beyond(act, given, frozenset(places.values()))
    if found is not None and found.row_version != row_version:
        raise Stale(N_("Somebody else changed this system. Look at it again"))
    row = found or FhirClient(slug=given.slug, registered_at=act.now, registered_by=act.by)
    row.name, row.keys, row.scopes = given.name, keys, list(given.scopes)
    row.every_branch = given.every_branch
    row.row_version = 1 if found is None else found.row_version + 1
    session.add(row)
    session.flush()
    keep_branches(session, row, () if given.every_branch else sorted(places.values()))
    detail = {
        "slug": row.slug,
        "scopes": row.scopes,
        "branches": sorted(given.branches),
        "every_branch": row.every_branch,
    }
    audit.note(session, "C" if found is None else "U", FhirClient.__tablename__, [row.id], detail=detail)
    return row.id


def keep_branches(session: Session, client: FhirClient, places: Iterable[int]) -> None:
    """Write down whose patients it may see, and nobody else's."""
    session.execute(delete(FhirClientBranch).where(FhirClientBranch.client_id == client.id))
    rows = [{"client_id": client.id, "location_id": place} for place in places]
    if rows:
        session.execute(insert(FhirClientBranch), rows)


def problems_of(given: Registration) -> Iterator[Problem]:
    """What is wrong by itself."""
    if not is_slug(given.slug):
        yield Problem("slug", N_("Use lower-case letters, digits and hyphens, for example city-hospital"))
    if not given.name.strip():
        yield Problem("name", N_("Give it a name"))
    if not given.scopes:
        yield Problem("scopes", N_("Say what it may do, for example system/Patient.rs"))
    for number, scope in enumerate(given.scopes):
        if permissions_of(scope) is None:
            yield Problem(f"scopes.{number}", N_("There is no such scope here: %(scope)s"), {"scope": scope})
    if not given.every_branch and not given.branches:
        yield Problem("branches", N_("Choose the branches whose patients it may see"))


def problems_with_others(
    given: Registration, found: FhirClient | None, places: dict[str | None, int], row_version: int | None
) -> Iterator[Problem]:
    """What is wrong beside what there is."""
    if len(places) < len(set(given.branches)):
        yield Problem("branches", N_("There is no such branch"))
    if found is not None and row_version is None:
        yield Problem("slug", N_("There is a system of this short name already"))
    if found is None and row_version is not None:
        raise Missing(N_("There is no such system"))
    if found is not None and found.revoked_at is not None:
        yield Problem("slug", N_("This system was revoked. Register a new one"))


def refuse_beyond(act: Act, given: Registration, places: frozenset[int]) -> None:
    """Nobody lets a system see more than they see themselves. Whoever works at no branch at all administers the house
    and sees no patient; they may."""
    mine = act.scope.locations
    if mine and (given.every_branch or not places <= mine):
        raise Forbidden("A branch is not one of yours")
