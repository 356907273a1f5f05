"""Somebody who has begun to send and says no more: what a test has who dies there, or is slow."""

from journeys.contact.sending.claim import claim
from journeys.contact.sending.next_few import next_few
from journeys.foundation.acting import act


def begun(house, doing, channel):
    """(claim, envelopes): what is released on this channel, marked as being sent, a batch at most."""
    claimed = act(house, doing, claim, channel)
    few = list(claimed.leaving)[: channel.batch]
    return claimed, act(house, doing, next_few, channel, claimed, [], few).envelopes
