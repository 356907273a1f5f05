"""A patient has written: what they wrote becomes part of a conversation, in the same transaction."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

from journeys.desk.take_messages import take_messages
from journeys.flow.reactions.base import Reaction
from journeys.foundation.acting import Act


class MessageArrived(Reaction):
    """Whatever the channel. What was settled by itself is shown and opens nothing."""

    kinds: ClassVar[tuple[str, ...]] = ("message.arrived",)

    def react(self, session: Session, act: Act, events: Select[Any]) -> None:
        """All messages that these events are about."""
        take_messages(session, act, events)
