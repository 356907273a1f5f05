"""Questions for approval of guidelines: what is asked for, and whether it still holds.

Bound is the draft, and what it means besides its own words: the segments and value sets that it names. Not bound are
numbers of patients, which change every day.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.care.guidelines.check import guideline_problems
from journeys.care.guidelines.in_force import named_in
from journeys.care.guidelines.publish_guideline import around_now
from journeys.foundation.acting import Act
from journeys.foundation.errors import refuse_errors
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.two_people import Basis, Question, question_now


def judged_by(session: Session, definition: Definition) -> Basis:
    """The draft with everything that it is judged by; Invalid when it cannot be put in force."""
    content, around = definition.draft or {}, around_now(session)
    refuse_errors(guideline_problems(content, around))
    segments, value_sets = named_in(content, around.known)
    return {"draft": content, "segments": segments, "value_sets": value_sets}


def open_question(session: Session, act: Act, definition: Definition) -> Question | None:
    """The question that waits for an answer, with what has become of it; None when nobody asks."""
    return question_now(session, act, definition, judged_by)
