"""What tests of the desk do: patients write, staff act, and one looks what became of it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from journeys.contact.replies.receive import Arrived, Received, receive
from journeys.foundation.acting import EVERYWHERE, Act, enter
from journeys.store.conversations import Conversation, ConversationEntry
from journeys.store.tasks import Task
from tests import make
from tests.unit.flow.rehearsal import Rehearsal


class Desk:
    """One open transaction; everybody acts `now`."""

    def __init__(self, clinic: Rehearsal) -> None:
        self.clinic = clinic
        self.session = clinic.session
        self.written = 0

    def patient(self, number: str = "+12125550123", **facts: Any) -> int:
        enter(self.session, Act(self.clinic.now, "test:desk", EVERYWHERE))
        return int(make.person(self.session, sms=number, **facts).id)

    def writes(self, text: str, number: str = "+12125550123") -> Received:
        """Somebody writes from this number."""
        self.written += 1
        return self.clinic.do(receive, Arrived("phone_simulator", str(self.written), number, text))

    def do(self, who: str, verb: Callable[..., Any], *args: Any, **arguments: Any) -> Any:
        """A member of staff acts."""
        theirs = self.clinic.act
        self.clinic.act = lambda _by="": Act(self.clinic.now, f"user:{who}", EVERYWHERE)
        try:
            return self.clinic.do(verb, *args, **arguments)
        finally:
            self.clinic.act = theirs

    def later(self, **length: int) -> None:
        self.clinic.now += dt.timedelta(**length)

    @property
    def conversations(self) -> list[Conversation]:
        return list(self.clinic.all(Conversation))

    @property
    def only(self) -> Conversation:
        [row] = self.conversations
        return row

    @property
    def tasks(self) -> list[tuple[str, str | None]]:
        """(status, owner) of every task."""
        return [(row.status, row.owner) for row in self.clinic.all(Task)]

    @property
    def kinds(self) -> list[str]:
        """What happened, in order."""
        return [row.kind for row in self.clinic.all(ConversationEntry)]
