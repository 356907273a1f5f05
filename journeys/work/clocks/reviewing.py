"""Questions for approval of safety clocks: what is asked for, and whether it still holds. Bound is the draft."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem, refuse_errors
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.two_people import Basis, Question, question_now
from journeys.work.clocks.check import clock_problems
from journeys.work.clocks.publish_clock import queues_in_use


def problems_of(session: Session, definition: Definition) -> list[Problem]:
    """Everything wrong with the draft now."""
    return clock_problems(definition.draft or {}, queues_in_use(session))


def judged_by(session: Session, definition: Definition) -> Basis:
    """The draft; Invalid when it cannot be put in force."""
    refuse_errors(problems_of(session, definition))
    return {"draft": definition.draft or {}}


def open_question(session: Session, act: Act, definition: Definition) -> Question | None:
    """The question that waits for an answer, with what has become of it; None when nobody asks."""
    return question_now(session, act, definition, judged_by)
