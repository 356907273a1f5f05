"""What a list of patients can be narrowed to: the branches of the clinic and the languages of its patients."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Text, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.database import PREPARED
from journeys.store.organisation import Location

SPOKEN = literal_column(
    """ARRAY(
WITH RECURSIVE spoken(language) AS (
  SELECT min(language) FROM patient
  UNION ALL
  SELECT (SELECT min(language) FROM patient WHERE language > spoken.language) FROM spoken WHERE language IS NOT NULL
)
SELECT language FROM spoken WHERE language IS NOT NULL
)""",
    ARRAY(Text),
)
"""From one to the next along the index: as many looks as there are languages."""

BRANCHES = (
    select(func.array_agg(Location.id), func.array_agg(Location.name))
    .where(Location.slug.is_not(None))
    .execution_options(**PREPARED)
)
"""As one row: two hundred of them take longer to read."""

CHOICES = BRANCHES.add_columns(SPOKEN)


@dataclass(frozen=True)
class ListChoices:
    """Names of branches by their ids; languages as they are kept ("en", "pt-BR")."""

    branches: dict[int, str]
    languages: list[str]


def list_choices(session: Session, act: Act) -> ListChoices:
    """Both of the whole clinic by one statement; which there are is no patient's secret.

    Ask it with a scope of every branch: within few branches each look may walk past many patients of others.
    """
    audit.nothing_happened(session)
    numbers, names, languages = session.execute(CHOICES).one()
    return ListChoices(dict(zip(numbers or (), names or (), strict=True)), languages)
