"""Sends released messages: claim and commit, speak to the outside in no transaction, record and commit.

Not a verb but a small flow of verbs. Killed at any moment it loses nothing and sends nothing twice: before the claim
commits nothing has left; after it the message is known to be on its way, and its outcome is recorded, found to be
unknown, or, where sending again changes nothing, made certain by sending again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.exc import OperationalError

from journeys.contact.accounts.pricing import priced
from journeys.contact.channels.base import Channel, Envelope, Outcome
from journeys.contact.claim import Claimed, claim
from journeys.contact.record import Recorded, record
from journeys.foundation.acting import Act, House, act
from journeys.foundation.lanes import ALL_LANES

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
    """Send batch after batch of one channel, until nothing is due or the limit is reached."""
    done = Delivered()
    while done.total < limit:
        claimed = act(house, make_act(), claim, channel, lanes, limit - done.total)
        kept_back = Delivered(kept_back=claimed.kept_back)
        if claimed.envelopes:
            outcomes = priced(channel, claimed.envelopes, speak(channel, claimed.envelopes))
            came = write_down(house, make_act, claimed, outcomes)
            done = done + Delivered(came.accepted, came.again + came.undeliverable, came.unknown)
        elif not claimed.kept_back:
            break
        done = done + kept_back
    return done


def speak(channel: Channel, envelopes: Sequence[Envelope]) -> list[Outcome]:
    """Send; where a channel breaks its promise and raises, what it said so far holds, and of the rest nobody knows
    whether it left, unless sending again is harmless."""
    outcomes: list[Outcome] = []
    try:
        for outcome in channel.send(envelopes):
            outcomes.append(outcome)  # noqa: PERF402 - extend() would lose what was said before an error
    except Exception as error:
        known = {each.message_id for each in outcomes}
        result: Literal["refused", "unknown"] = "refused" if channel.repeatable else "unknown"
        rest = [each.message_id for each in envelopes if each.message_id not in known]
        outcomes += [Outcome(each, result, error=type(error).__name__) for each in rest]
    return outcomes


def write_down(house: House, make_act: Callable[[], Act], claimed: Claimed, outcomes: Sequence[Outcome]) -> Recorded:
    """Record what came, again while the database refuses: what is known must not become unknown for a busy lane.

    The waits are the database's own. Recording twice is harmless, because only the claim's own messages are settled.
    """
    for _ in range(TRIES - 1):
        try:
            return act(house, make_act(), record, claimed, outcomes)
        except OperationalError:
            continue
    return act(house, make_act(), record, claimed, outcomes)
