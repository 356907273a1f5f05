"""A task has ended: the conversation that had nothing else to do ends with it."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

from journeys.desk.follow_tasks import follow_tasks
from journeys.flow.reactions.base import Reaction
from journeys.foundation.acting import Act


class TaskEnded(Reaction):
    """Done or cancelled anywhere in the house: nobody has to close the same thing twice."""

    kinds: ClassVar[tuple[str, ...]] = ("task.completed", "task.cancelled")

    def react(self, session: Session, act: Act, events: Select[Any]) -> None:
        """All tasks that these events are about."""
        follow_tasks(session, act, events)
