"""What is in force and should have been looked at again by a day that is over (`review_on` of wordings, guidelines)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.tables import Texts
from journeys.store.configuration import Definition, DefinitionVersion

MOST = 20
"""More are not listed: whoever has so many begins with these."""


@dataclass(frozen=True)
class LateReview:
    """A definition in force, and the day (YYYY-MM-DD) by which it should have been looked at."""

    kind: str
    slug: str
    name: Texts
    day: str


def late_reviews(session: Session, act: Act, kinds: Collection[str]) -> list[LateReview]:
    """Those of some kinds, the longest late first. A draft that names a later day reminds until it is in force."""
    audit.nothing_happened(session)
    day = DefinitionVersion.content["review_on"].astext
    found = session.execute(
        select(Definition.kind, Definition.slug, Definition.name, day.label("day"))
        .join(DefinitionVersion, DefinitionVersion.id == Definition.live_version_id)
        .where(Definition.kind.in_(kinds), Definition.status == "active")
        .where(day != "", day < act.now.date().isoformat())
        .order_by(day, Definition.slug)
        .limit(MOST)
    )
    return [LateReview(row.kind, row.slug, row.name, row.day) for row in found]
