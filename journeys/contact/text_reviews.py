"""Questions for approval of templates and wordings: what is asked for, whether it still holds, who may answer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.publish_template import pins_of
from journeys.contact.template_problems import problems_in_force
from journeys.contact.wordings import quoted_in
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid
from journeys.store.configuration import Definition
from journeys.store.reviews import DefinitionReview
from journeys.store.write_version import checksum_of

WAITING, EXPIRED, CHANGED = "waiting", "expired", "changed"


@dataclass(frozen=True)
class Question:
    """An open question: `state` is waiting, expired or changed (the draft, or what it quotes, is another by now)."""

    review: DefinitionReview
    state: str


def fingerprint_of(session: Session, definition: Definition) -> str:
    """SHA-256 (hex) of the draft with every wording it would be pinned to; Invalid when it cannot be published."""
    content = definition.draft or {}
    found = problems_in_force(session, definition.kind, content)
    if any(problem.severity == "error" for problem in found):
        raise Invalid(found)
    return checksum_of({"draft": content, "quotes": pins_of(session, quoted_in(content))})


def open_question(session: Session, act: Act, definition: Definition) -> Question | None:
    """The question that waits for an answer, with what has become of it; None when nobody asks."""
    review = session.scalar(
        select(DefinitionReview).where(
            DefinitionReview.definition_id == definition.id, DefinitionReview.closed_at.is_(None)
        )
    )
    if review is None:
        return None
    if definition.asked_at != review.asked_at or not is_as_asked(session, definition, review):
        return Question(review, CHANGED)
    return Question(review, EXPIRED if act.now >= review.expires_at else WAITING)


def is_as_asked(session: Session, definition: Definition, review: DefinitionReview) -> bool:
    """Whether draft and everything it quotes are what was asked for."""
    try:
        return fingerprint_of(session, definition) == review.fingerprint
    except Invalid:
        return False
