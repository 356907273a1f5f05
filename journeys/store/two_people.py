"""Two people put something in force: who may answer a question, and the answer."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.definitions import ORGANISATION, SETTING
from journeys.store.reviews import DefinitionReview, JourneyReview


def needs_two(session: Session) -> bool:
    """Whether somebody else approves than wrote or asked; the setting `organisation` can say `two_people: false`."""
    content = session.scalar(
        select(DefinitionVersion.content)
        .join(Definition, Definition.live_version_id == DefinitionVersion.id)
        .where(Definition.kind == SETTING, Definition.slug == ORGANISATION)
    )
    return (content or {}).get("two_people", True) is not False


def may_answer(session: Session, act: Act, definition: Definition, review: JourneyReview | DefinitionReview) -> bool:
    """Whether this actor is a second person: neither asked nor wrote any of it. One suffices where so decided."""
    return act.by not in {review.asked_by, *definition.authors} or not needs_two(session)


def close(
    session: Session, act: Act, review: JourneyReview | DefinitionReview, verdict: str, note: str | None = None
) -> None:
    """Keep the answer to a question."""
    review.closed_at = act.now
    review.closed_by = act.by
    review.verdict = verdict
    review.note = note
    session.flush()
