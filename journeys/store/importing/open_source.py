"""Makes ready for an import: its source, and the branch that new patients join."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.ids import is_slug
from journeys.foundation.words import N_
from journeys.store.importing.applying import Landing
from journeys.store.organisation import Location
from journeys.store.sources import Source


def open_source(session: Session, act: Act, source: str, branch: str | None = None, region: str = "US") -> Landing:
    """The landing of an import from the source of this slug, made if it is new.

    `branch` is the slug of an existing branch, Invalid when there is none; without it the source gets a branch of its
    own.
    """
    if not is_slug(source):
        raise Invalid([Problem("source", N_("Use lower-case letters, digits and hyphens, for example city-hospital"))])
    found = session.scalar(select(Source).where(Source.slug == source))
    place = branch_of(session, source, branch)
    if found is not None and place.id is not None:
        audit.nothing_happened(session)
        return Landing(found.id, place.id, act.now, region)
    found = found or Source(slug=source, name={"en": source})
    session.add_all([found, place])
    session.flush()
    audit.note(session, "C", "source", [found.id], detail={"slug": source, "branch": place.slug})
    return Landing(found.id, place.id, act.now, region)


def branch_of(session: Session, source: str, branch: str | None) -> Location:
    """The branch that was named, or the source's own."""
    found = session.scalar(select(Location).where(Location.slug == (branch or source)))
    if found is not None:
        return found
    if branch is not None:
        known = session.scalars(select(Location.slug).where(Location.slug.is_not(None)).order_by(Location.slug)).all()
        says = N_("There is no branch of this name. There are: %(known)s")
        raise Invalid([Problem("branch", says, {"known": ", ".join(str(slug) for slug in known) or "-"})])
    return Location(slug=source, name=f"Import {source}")


def slug_from(name: str) -> str:
    """A source's slug from the name of a folder or file: `Synthea_79` is `synthea-79`."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.casefold().removesuffix(".zip")).strip("-")[:64].strip("-")
    return plain if is_slug(plain) else f"import-{plain}"[:64].strip("-")
