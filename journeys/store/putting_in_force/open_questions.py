"""What waits for a second person: the open questions for approval, the one that ends first before the others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.two_people import needs_two
from journeys.store.reviews import DefinitionReview

MOST = 50
"""More are not listed: whoever has so many to answer begins with these."""


@dataclass(frozen=True)
class OpenQuestion:
    """What is asked about, and until when; `expires_at` is None where a question does not end, as that of a field."""

    definition: Definition
    expires_at: dt.datetime | None


def open_questions(session: Session, act: Act, kinds: Collection[str]) -> list[OpenQuestion]:
    """The questions about these kinds of definitions that this actor may answer: whoever asked or wrote may not."""
    audit.nothing_happened(session)
    asked = select(DefinitionReview.expires_at).where(DefinitionReview.definition_id == Definition.id)
    expires_at = asked.where(DefinitionReview.closed_at.is_(None)).scalar_subquery()
    found = session.execute(
        select(Definition, expires_at)
        .where(Definition.kind.in_(kinds), Definition.asked_at.is_not(None))
        .where(or_(expires_at.is_(None), expires_at > act.now))
        .order_by(expires_at.asc().nulls_last(), Definition.asked_at)
        .limit(MOST)
    ).all()
    one_suffices = not needs_two(session)
    return [
        OpenQuestion(definition, ends)
        for definition, ends in found
        if one_suffices or act.by not in {definition.asked_by, *definition.authors}
    ]
