"""A patient has died: every journey ends, every open task is cancelled, nothing more is sent."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from journeys.flow.reactions.base import Reaction
from journeys.flow.running.revoking import stop_everything_for
from journeys.foundation.acting import Act

REASON = "deceased"


class PatientDeceased(Reaction):
    """The family hears nothing from us that they should not hear."""

    kinds: ClassVar[tuple[str, ...]] = ("patient.deceased",)

    def react(self, session: Session, act: Act, events: Select[Any]) -> None:
        """In the transaction in which the death was learnt."""
        stop_everything_for(session, act, select(events.subquery().c.patient_id), REASON)
