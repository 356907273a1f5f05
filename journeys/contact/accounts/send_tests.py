"""Sends the test messages that were asked for: read, speak in no transaction, record; a flow of verbs, not one.

Where a worker dies between speaking and recording, the test is sent again under the same uid.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from journeys.contact.accounts.record_test import record_test
from journeys.contact.accounts.waiting_tests import waiting_tests
from journeys.contact.channels.base import Channel, Envelope, Outcome
from journeys.foundation.acting import Act, House, act


def send_tests(house: House, make_act: Callable[[], Act], channels: Mapping[str, Channel]) -> int:
    """Send every test that waits, and return how many that were."""
    waiting = act(house, make_act(), waiting_tests, tuple(channels))
    for key, envelope in waiting:
        outcome = said_of(channels[key], envelope)
        act(house, make_act(), record_test, envelope.uid, outcome)
    return len(waiting)


def said_of(channel: Channel, envelope: Envelope) -> Outcome:
    """What came of it; a channel that raises has said nothing."""
    try:
        return next(iter(channel.send([envelope])))
    except Exception as error:
        return Outcome(envelope.message_id, "unknown", error=type(error).__name__)
