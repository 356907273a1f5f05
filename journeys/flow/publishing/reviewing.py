"""The question for approval of a journey: what exactly is asked for, and whether it still holds."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.flow.publishing.judged_by import judged_by
from journeys.flow.text.catalogue import Catalogue
from journeys.foundation.acting import Act
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.two_people import Question, open_review, question_about


def open_question(session: Session, act: Act, definition: Definition, catalogue: Catalogue) -> Question | None:
    """The question that waits for an answer, with what has become of it; None when nobody asks."""
    review = open_review(session, definition)
    if review is None:
        return None
    return question_about(act, definition, review, judged_by(definition.draft, catalogue))
