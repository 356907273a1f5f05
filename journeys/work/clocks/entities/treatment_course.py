"""Courses of treatment: planned sessions that nobody came to."""

from __future__ import annotations

from sqlalchemy import and_, func

from journeys.foundation.words import N_
from journeys.store.plans import TreatmentCourse
from journeys.work.clocks.entities.base import Entity, State

GOES_ON = TreatmentCourse.status.in_(("draft", "active"))
IS_COMPLETE = TreatmentCourse.sessions_done >= func.coalesce(TreatmentCourse.sessions_planned, 1)


class UnfinishedCourse(Entity):
    """A course that was planned and is not completed."""

    label = N_("Treatments")
    table = TreatmentCourse
    display = TreatmentCourse.display
    states = {
        "not-begun": State(
            N_("planned and not begun"),
            lambda now: and_(GOES_ON, TreatmentCourse.sessions_done == 0, TreatmentCourse.start_at <= now),
            lambda now: TreatmentCourse.start_at,
        ),
        "not-completed": State(
            N_("past its end and not completed"),
            lambda now: and_(GOES_ON, ~IS_COMPLETE, TreatmentCourse.end_at <= now),
            lambda now: TreatmentCourse.end_at,
        ),
    }
