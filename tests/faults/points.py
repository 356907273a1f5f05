"""The named moments at which a process of the run is struck, and the channels that have moments of their own.

Each act has four: begun (its transaction is open), decided (the verb has written all it writes), audited (its audit row
is written, the commit comes next), committed. A provider has two: before it hears of a message, and after it has taken
it but before anybody here knows.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Channel, Envelope, Outcome
from journeys.contact.media import MEDIA
from journeys.foundation.acting import Act, House

VERBS = ("enrol", "advance", "plan", "claim", "begin", "record", "answer", "finish")
MOMENTS = ("begun", "decided", "audited", "committed")
BEFORE = "provider before"
AFTER = "provider after"
POINTS = (*(f"{verb} {moment}" for verb in VERBS for moment in MOMENTS), BEFORE, AFTER)

OUTSIDE = ("advance committed", "plan committed", "claim committed", "begin committed", BEFORE, AFTER)
"""Where no transaction is open: a process that sleeps there holds a lease and no lock."""


def verbs_of(job: str) -> tuple[str, ...]:
    """The acts of one job."""
    return ("claim", "begin", "record") if job == "deliver" else (job,)


def points_of(job: str) -> list[str]:
    """The points that one job can come to."""
    found = [f"{verb} {moment}" for verb in verbs_of(job) for moment in MOMENTS]
    return [*found, BEFORE, AFTER] if job == "deliver" else found


@dataclass
class Trap:
    """Strikes once, when the process comes to a point. `strike` gets the session where there is one."""

    point: str
    strike: Callable[[Session | None], None]
    verb: str = ""
    has_spoken: bool = False
    is_sprung: bool = field(default=False, init=False)

    def at(self, moment: str, session: Session | None = None) -> None:
        """The process has come to a moment of the verb it is in."""
        self.come_to(f"{self.verb} {moment}", session)

    def come_to(self, point: str, session: Session | None = None) -> None:
        """The process has come to a point."""
        if point == self.point and not self.is_sprung:
            self.is_sprung = True
            self.strike(session)

    def making(self, act: Act) -> Callable[[], Act]:
        """What makes the acts of a delivery: a claim, what begins a few, and after speaking to the outside a record,
        which begins the next few as well."""

        def make() -> Act:
            first = "begin" if self.verb == "claim" else "claim"
            self.verb = "record" if self.has_spoken else first
            self.has_spoken = False
            return act

        return make


def lay(house: House, trap: Trap) -> House:
    """The same house with the trap in it."""
    event.listen(house.sessions, "after_begin", lambda session, *_: trap.at("begun", session))
    event.listen(house.sessions, "before_commit", lambda session: is_whole(session) and trap.at("audited", session))
    event.listen(house.sessions, "after_commit", lambda session: is_whole(session) and trap.at("committed"))

    def react(session: Session, act: Act) -> None:
        house.react(session, act)
        trap.at("decided", session)

    return House(house.sessions, react, house.ring)


def is_whole(session: Session) -> bool:
    """Whether the transaction itself ends, and no savepoint within it."""
    return not session.in_nested_transaction()


class Screen(CHANNELS["phone_simulator"]):  # type: ignore[misc]
    """The phone simulator with a trap: sending again changes nothing."""

    trap: Trap

    def send(self, envelopes: Sequence[Envelope]) -> list[Outcome]:
        """As ever."""
        self.trap.has_spoken = True
        self.trap.come_to(BEFORE)
        outcomes = list(super().send(envelopes))
        self.trap.come_to(AFTER)
        return outcomes


class Post(Channel):
    """A provider of e-mail that cannot tell a repetition: what it took stands in a file, one line each time."""

    label = "Post"
    medium = MEDIA["email"]
    address_systems = ("email",)
    batch = 2
    trap: Trap
    ledger: Path

    def send(self, envelopes: Sequence[Envelope]) -> Iterator[Outcome]:
        """Take each, then say so."""
        self.trap.has_spoken = True
        for each in envelopes:
            self.trap.come_to(BEFORE)
            with self.ledger.open("a") as file:
                file.write(f"{each.uid}\n")
            self.trap.come_to(AFTER)
            yield Outcome(each.message_id, "accepted", reference=str(each.uid))


def channels(trap: Trap, ledger: Path) -> dict[str, Any]:
    """Both, with this trap."""
    screen, post = Screen(), Post()
    screen.name, post.name = "phone_simulator", "email"  # type: ignore[misc]
    screen.trap, post.trap, post.ledger = trap, trap, ledger
    return {"phone_simulator": screen, "email": post}
