"""What the verbs of reviewing share: what exactly is asked for, whether the question still holds, who may answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.flow.catalogue import Catalogue
from journeys.flow.judged_by import Basis, judged_by
from journeys.foundation.acting import Act
from journeys.store.configuration import Definition
from journeys.store.reviews import JourneyReview
from journeys.store.write_version import checksum_of

WAITING, EXPIRED, CHANGED = "waiting", "expired", "changed"


@dataclass(frozen=True)
class Question:
    """An open question: `state` is waiting, expired or changed (the draft, or what it is judged by, is another by now).

    `now` is what the draft is judged by at this moment, `is_saved_again` whether somebody saved it since.
    """

    review: JourneyReview
    state: str
    is_saved_again: bool = False
    now: Basis = field(default_factory=dict)


def open_question(session: Session, act: Act, definition: Definition, catalogue: Catalogue) -> Question | None:
    """The question that waits for an answer, with what has become of it; None when nobody asks."""
    review = open_review(session, definition)
    if review is None:
        return None
    now = judged_by(definition.draft, catalogue)
    is_saved_again = definition.asked_at != review.asked_at
    if is_saved_again or checksum_of(now) != review.fingerprint:
        return Question(review, CHANGED, is_saved_again, now)
    return Question(review, EXPIRED if act.now >= review.expires_at else WAITING, now=now)


def open_review(session: Session, definition: Definition) -> JourneyReview | None:
    """The question that nobody has answered yet, whatever has become of it."""
    return session.scalar(
        select(JourneyReview).where(JourneyReview.definition_id == definition.id, JourneyReview.closed_at.is_(None))
    )
