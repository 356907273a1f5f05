"""What a reaction is: set-based, idempotent, in the transaction of the event itself."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act


class Reaction:
    """Base of every reaction; `kinds` are the kinds of events that it follows."""

    name: ClassVar[str] = ""
    kinds: ClassVar[tuple[str, ...]] = ()

    def react(self, session: Session, act: Act, events: Select[Any]) -> None:
        """Do what must follow; `events` SELECTs the new events of one kind. The lanes of their patients are locked."""
        raise NotImplementedError
