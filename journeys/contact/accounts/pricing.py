"""What a message costs where the provider does not say: its parts, at the account's price for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from journeys.contact.channels.base import Channel, Envelope, Outcome
from journeys.contact.texts.sms_text import measure


def priced(channel: Channel, envelopes: Mapping[int, Envelope], outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The outcomes with parts and cost where messages were taken; a text message has as many parts as its text makes,
    any other is one."""
    return [with_price(channel, envelopes[each.message_id], each) for each in outcomes]


def with_price(channel: Channel, envelope: Envelope, outcome: Outcome) -> Outcome:
    """One outcome with its price."""
    if outcome.result != "accepted":
        return outcome
    price = None if channel.account is None else channel.account.price_per_part
    own_parts = measure(envelope.body).parts if channel.medium.counts_parts else 1
    parts = outcome.parts or own_parts
    cost = outcome.cost if outcome.cost is not None or price is None else price * parts
    return replace(outcome, parts=parts, cost=cost)
