"""How many problems the drafts of all journeys have: what a list of them shows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.flow.proving.checking import problems_of
from journeys.flow.text.catalogue import read_catalogue
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import JOURNEY
from journeys.store.putting_in_force.write_version import checksum_of

MOST_KEPT = 2_000


@dataclass(frozen=True)
class Noted:
    """How many problems bar publishing, and how many only warn."""

    errors: int = 0
    warnings: int = 0


KEPT: dict[tuple[str, str, str], Noted] = {}
"""By slug, checksum of the draft and edition of the catalogue: what was judged by the same is not judged again."""


def noted(session: Session) -> dict[str, Noted]:
    """The problems of every draft, counted, by slug."""
    catalogue = read_catalogue(session)
    edition = catalogue.edition
    drafts = session.execute(select(Definition.slug, Definition.draft).where(Definition.kind == JOURNEY)).all()
    if len(KEPT) > MOST_KEPT:
        KEPT.clear()
    found = {}
    for slug, draft in drafts:
        key = (slug, checksum_of(draft or {}), edition)
        if key not in KEPT:
            severities = Counter(each.severity for each in problems_of(draft, replace(catalogue, journey=slug)))
            KEPT[key] = Noted(severities["error"], severities["warning"])
        found[slug] = KEPT[key]
    return found
