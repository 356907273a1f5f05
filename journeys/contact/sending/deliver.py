"""Sends released messages: claim hundreds and commit; mark few and commit, speak to the outside in no transaction;
write down what came of them with the mark of the next few, and commit.

Not a verb but a small flow of verbs. Killed at any moment it loses nothing and sends nothing twice: before the mark
commits nothing has left; after it the message is known to be on its way, and its outcome is recorded, found to be
unknown, or, where sending again changes nothing, made certain by sending again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from journeys.contact.accounts.pricing import priced
from journeys.contact.channels.base import Channel, Outcome
from journeys.contact.sending.claim import claim, looked_at_together
from journeys.contact.sending.give_back import give_back
from journeys.contact.sending.leaving import Claimed
from journeys.contact.sending.next_few import Few, next_few
from journeys.contact.sending.record import Recorded, record
from journeys.contact.sending.threshold import Threshold
from journeys.foundation.acting import Act, House, act
from journeys.foundation.lanes import ALL_LANES

Done = TypeVar("Done")

LIMIT = 2000

TRIES = 20
"""How often outcomes are written down before they count as lost: the lease, in the half minutes that the database lets
one wait for a lock."""


@dataclass(frozen=True)
class Delivered:
    """How many messages were accepted, refused (again or for good), unknown, and kept back just before they left."""

    accepted: int = 0
    refused: int = 0
    unknown: int = 0
    kept_back: int = 0

    def __add__(self, other: Delivered) -> Delivered:
        """Both together."""
        return Delivered(
            self.accepted + other.accepted,
            self.refused + other.refused,
            self.unknown + other.unknown,
            self.kept_back + other.kept_back,
        )

    @property
    def total(self) -> int:
        """How many messages were looked at."""
        return self.accepted + self.refused + self.unknown + self.kept_back


class NothingSaid(Exception):
    """A channel did not say what came of what it took, or took nothing."""


def deliver(
    house: House,
    doing: Act | Callable[[], Act],
    channels: Mapping[str, Channel],
    lanes: Sequence[int] = ALL_LANES,
    limit: int = LIMIT,
) -> Delivered:
    """Send what is released, on every channel of the installation, up to `limit` on each; then ring again.

    `doing` is the act of each claim and record, or what makes one: its time decides about quiet hours and leases.
    """
    make_act = doing if callable(doing) else lambda: doing
    done = Delivered()
    for channel in channels.values():
        on_channel = deliver_on(house, make_act, channel, lanes, limit)
        if on_channel.total >= limit:
            house.ring("deliver")
        done = done + on_channel
    return done


def deliver_on(
    house: House, make_act: Callable[[], Act], channel: Channel, lanes: Sequence[int], limit: int
) -> Delivered:
    """Claim after claim of one channel, until nothing is due, it may send no more, or the limit is reached."""
    done = Delivered()
    while done.total < limit:
        wanted = min(looked_at_together(channel), limit - done.total)
        claimed = act(house, make_act(), claim, channel, lanes, wanted)
        came = hand_over(house, make_act, channel, claimed) if claimed.leaving else Delivered()
        came = came + Delivered(kept_back=claimed.kept_back)
        done = done + came
        if not came.total:
            break
    return done


def hand_over(house: House, make_act: Callable[[], Act], channel: Channel, claimed: Claimed) -> Delivered:
    """Send what still stands, few by few, write down what came of it, and give the rest back to be looked at again."""
    with house.sessions() as session:
        sending = Sending(house, make_act, channel, claimed, session)
        try:
            sending.speak()
        finally:
            sending.threshold.close()
            sending.end()
    return sending.done


class Sending:
    """One claim being sent: what came of it and is not written down yet (`outcomes`), and what is (`done`)."""

    def __init__(
        self, house: House, make_act: Callable[[], Act], channel: Channel, claimed: Claimed, session: Session
    ) -> None:
        """Take a session for the threshold, in which nothing has begun."""
        self.house = house
        self.make_act = make_act
        self.channel = channel
        self.claimed = claimed
        self.threshold = Threshold(session, claimed, channel.batch, self.begin)
        self.outcomes: list[Outcome] = []
        self.done = Delivered()
        self.failure: Exception | None = None

    def begin(self, messages: list[int]) -> Few:
        """Write down what came of the last few and mark the next: again while the database refuses, because what is
        known must not become unknown for a busy lane. The waits are the database's own. Twice is harmless."""
        try:
            few = again(lambda: act(self.house, self.make_act(), next_few, *self.about(), messages))
        except Exception as error:
            self.failure = error
            raise
        self.written_down(few.came)
        return few

    def about(self) -> tuple[Channel, Claimed, list[Outcome]]:
        """What a verb of this sending is told."""
        return self.channel, self.claimed, priced(self.channel, self.threshold.marked, self.outcomes)

    def speak(self) -> None:
        """Send, in no transaction.

        Where a channel breaks its promise and raises, what it said so far holds, and of those that were marked nobody
        knows whether they left, unless sending again is harmless.
        """
        try:
            while not self.threshold.is_over:
                left = len(self.threshold)
                for outcome in self.channel.send(self.threshold):
                    self.outcomes.append(outcome)
                    self.threshold.said(outcome)
                is_stuck = len(self.threshold) == left and not self.threshold.is_over
                if self.threshold.under_way or is_stuck:
                    raise NothingSaid
        except Exception as error:
            if self.failure is not None:
                raise
            self.break_off(error)

    def break_off(self, error: Exception) -> None:
        """Nobody knows more of these."""
        known = {each.message_id for each in self.outcomes} | set(self.threshold.kept_back)
        result: Literal["refused", "unknown"] = "refused" if self.channel.repeatable else "unknown"
        rest = [each for each in self.threshold.marked if each not in known]
        self.outcomes += [Outcome(each, result, error=type(error).__name__) for each in rest]

    def end(self) -> None:
        """Write down the last outcomes, and give back what has not left."""
        if self.outcomes:
            _, claimed, outcomes = self.about()
            self.written_down(again(lambda: act(self.house, self.make_act(), record, claimed, outcomes)))
        rest = [*self.threshold.kept_back, *self.threshold.waiting]
        if rest:
            act(self.house, self.make_act(), give_back, self.claimed, rest)
        self.done = self.done + Delivered(kept_back=len(self.threshold.kept_back))

    def written_down(self, came: Recorded) -> None:
        """Count what is settled, and forget it."""
        self.outcomes = []
        self.threshold.marked.clear()
        self.done = self.done + Delivered(came.accepted, came.again + came.undeliverable, came.unknown)


def again(work: Callable[[], Done]) -> Done:
    """Do what may be done twice until the database lets it happen."""
    for _ in range(TRIES - 1):
        try:
            return work()
        except OperationalError:
            continue
    return work()
