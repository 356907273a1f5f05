"""What a list of patients can be narrowed to: the branches, and the languages that patients have."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.organisation import Location

FROM_ONE_TO_THE_NEXT = text("""
WITH RECURSIVE spoken(language) AS (
  SELECT min(language) FROM patient
  UNION ALL
  SELECT (SELECT min(language) FROM patient WHERE language > spoken.language) FROM spoken WHERE language IS NOT NULL
)
SELECT language FROM spoken WHERE language IS NOT NULL
""")
"""Along the index: as many looks as there are languages."""


@dataclass(frozen=True)
class Choices:
    """Branch id → name; the languages as they are kept ("en", "pt-BR")."""

    branches: dict[int, str]
    languages: list[str]


def list_choices(session: Session, act: Act) -> Choices:
    """All branches and all languages, which are no patient's secret.

    Ask it with a scope of every branch: within few branches each look may walk past many patients of others.
    """
    audit.nothing_happened(session)
    branches = session.execute(select(Location.id, Location.name).where(Location.slug.is_not(None)))
    return Choices(dict(branches.all()), list(session.scalars(FROM_ONE_TO_THE_NEXT)))
