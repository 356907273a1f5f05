"""Asks providers what became of messages that nobody knows about: read, ask in no transaction, record; a flow of verbs.

Nothing is sent here. What a provider has never heard of is planned anew, with everything looked at again.
"""

from __future__ import annotations

from collections.abc import Callable

from journeys.contact.channels.base import Channel, Outcome
from journeys.contact.sending.record_lookup import record_lookup
from journeys.contact.sending.waiting_lookups import Lost, waiting_lookups
from journeys.foundation.acting import Act, House, act


def look_up_unknown(house: House, make_act: Callable[[], Act], channel: Channel) -> int:
    """Ask about one batch, and return how many were asked about."""
    if channel.looks_up_after is None:
        return 0
    waiting = act(house, make_act(), waiting_lookups, channel)
    for each in waiting:
        act(house, make_act(), record_lookup, said_of(channel, each))
    return len(waiting)


def said_of(channel: Channel, lost: Lost) -> Outcome:
    """What the provider says; nothing where the channel breaks its promise and raises."""
    try:
        return channel.look_up(lost.envelope, lost.since, lost.known)
    except Exception as error:
        return Outcome(lost.envelope.message_id, "unknown", error=type(error).__name__)
