"""Which languages the patients have: what a list of them can be narrowed to."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act

FROM_ONE_TO_THE_NEXT = text("""
WITH RECURSIVE spoken(language) AS (
  SELECT min(language) FROM patient
  UNION ALL
  SELECT (SELECT min(language) FROM patient WHERE language > spoken.language) FROM spoken WHERE language IS NOT NULL
)
SELECT language FROM spoken WHERE language IS NOT NULL
""")
"""Along the index: as many looks as there are languages."""


def spoken_languages(session: Session, act: Act) -> list[str]:
    """The languages as they are kept ("en", "pt-BR"); which there are is no patient's secret.

    Ask it with a scope of every branch: within few branches each look may walk past many patients of others.
    """
    audit.nothing_happened(session)
    return list(session.scalars(FROM_ONE_TO_THE_NEXT))
