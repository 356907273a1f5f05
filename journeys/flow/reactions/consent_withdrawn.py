"""A patient no longer wants to be written to: what is queued for them is held at once, not only judged again later."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from journeys.contact.sending.withdraw import withdraw
from journeys.flow.reactions.base import Reaction
from journeys.foundation.acting import Act

REASON = "consent-withdrawn"


class ConsentWithdrawn(Reaction):
    """The event's code is the purpose, its outcome the channel; without one it means all of them.

    A withdrawal for one channel leaves the others open: which of them a message may take is judged when it is released.
    """

    kinds: ClassVar[tuple[str, ...]] = ("consent.withdrawn",)

    def react(self, session: Session, act: Act, events: Select[Any]) -> None:
        """One statement for each purpose that was withdrawn, whoever it was."""
        happened = events.subquery("withdrawn")
        everywhere = happened.c.outcome.is_(None)
        purposes = session.scalars(select(happened.c.code).where(everywhere).distinct().order_by(happened.c.code)).all()
        for purpose in purposes:
            patients = select(happened.c.patient_id).where(everywhere, happened.c.code.is_not_distinct_from(purpose))
            withdraw(session, act, patients, REASON, purpose=purpose)
