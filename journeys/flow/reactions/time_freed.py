"""An appointment has changed: times that came free by it are offered to those who wait."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

from journeys.access.waitlist.ending import BACKFILL
from journeys.flow.reactions.base import Reaction
from journeys.foundation.acting import Act, ring_after_commit


class TimeFreed(Reaction):
    """The database has written the slots down already; this only rings, so that nobody waits for the sweep."""

    kinds: ClassVar[tuple[str, ...]] = ("appointment.changed",)

    def react(self, session: Session, act: Act, events: Select[Any]) -> None:
        """Ring the job."""
        ring_after_commit(session, BACKFILL)
