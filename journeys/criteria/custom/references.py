"""What a reference can name: staff and organizations by uid, branches and service lines by slug, with their names."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from journeys.foundation.words import in_language
from journeys.store.organisation import Location, Organization, Practitioner, ServiceLine

MOST_CHOICES = 5_000
"""How many a list offers at most."""


def reference_choices(session: Session, of: str, language: str = "en") -> list[tuple[str, str]]:
    """(slug or uid, name) of everything in use that a reference can name, by name; at most MOST_CHOICES."""
    rows = named(session, in_use(of).limit(MOST_CHOICES), language)
    return sorted(rows.items(), key=lambda pair: pair[1].casefold())


def reference_names(session: Session, of: str, codes: Collection[str], language: str = "en") -> dict[str, str]:
    """Slug or uid → name of those of `codes` that are there, in use or not."""
    key = KEYS[of]
    wanted: list[Any] = [each for each in map(as_uid, codes) if each] if key.key == "uid" else list(codes)
    return named(session, select(key.class_).where(key.in_(wanted)), language) if wanted else {}


KEYS: dict[str, Any] = {
    "practitioner": Practitioner.uid,
    "location": Location.slug,
    "organization": Organization.uid,
    "service-line": ServiceLine.slug,
}
"""What each kind is named by."""


def in_use(of: str) -> Select[Any]:
    """SELECT what a form offers: people and organizations that are active, places with a slug that are not closed."""
    if of == "location":
        return select(Location).where(Location.slug.is_not(None), Location.status == "active").order_by(Location.id)
    table = KEYS[of].class_
    chosen = select(table).order_by(table.id)
    return chosen if table is ServiceLine else chosen.where(table.active)


def named(session: Session, chosen: Select[Any], language: str) -> dict[str, str]:
    """Slug or uid → name of the chosen rows; what has no name is shown by its slug or uid."""
    found = {}
    for row in session.scalars(chosen):
        code = str(row.uid if isinstance(row, Practitioner | Organization) else row.slug)
        name = in_language(row.name, language) if isinstance(row, ServiceLine) else row.name
        found[code] = name or code
    return found


def as_uid(code: str) -> uuid.UUID | None:
    """The uid that a text is, or None."""
    try:
        return uuid.UUID(code)
    except ValueError:
        return None
