"""The record that a journey is about has changed: whoever waits for one of its dates waits for the new date."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from journeys.flow.events.retiming import retime
from journeys.flow.reactions.base import Reaction
from journeys.foundation.acting import Act
from journeys.store.plans import CarePlan, CarePlanActivity

ACTIVITY = str(CarePlanActivity.__tablename__)
PLAN = str(CarePlan.__tablename__)


class FocusMoved(Reaction):
    """An appointment that moves takes its reminders along."""

    kinds: ClassVar[tuple[str, ...]] = (
        "appointment.changed",
        "referral.changed",
        "referral.scheduled",
        "care-plan.recorded",
        "encounter.recorded",
        "procedure.recorded",
        "diagnostic-report.recorded",
        "medication-request.recorded",
    )

    def react(self, session: Session, act: Act, events: Select[Any]) -> None:
        """The record itself; a care plan stands for its activities too."""
        happened = events.subquery("moved")
        records = select(happened.c.subject_kind.label("kind"), happened.c.subject_id.label("id"))
        activities = (
            select(CarePlanActivity.id)
            .join(happened, happened.c.subject_id == CarePlanActivity.care_plan_id)
            .where(happened.c.subject_kind == PLAN)
        )
        retime(session, act, records, {ACTIVITY: activities})
