"""A patient has said whether their complaint is settled: it is closed or goes on, in the transaction of the reply."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

from journeys.desk.complaints.take_answers import take_answers
from journeys.flow.reactions.base import Reaction
from journeys.foundation.acting import Act


class ComplaintAnswered(Reaction):
    """Whatever the channel. An answer that is neither yes nor no goes to staff, as every such reply does."""

    kinds: ClassVar[tuple[str, ...]] = ("message.answered",)

    def react(self, session: Session, act: Act, events: Select[Any]) -> None:
        """All answers to such questions that these events are about."""
        take_answers(session, act, events)
