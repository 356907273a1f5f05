"""A first guess of what a message is about, by what staff are asked and by the words of the clinic's reasons.

It is only a guess: whoever reads the conversation says what it is about, and that stands.
"""

from __future__ import annotations

from collections.abc import Mapping

from journeys.contact.inbound.act_on_intent import ASKED as EMERGENCIES
from journeys.contact.replies.intents import EMERGENCY
from journeys.contact.replies.letters import normalise
from journeys.desk.reasons.reason import Reason

SURE = 10
"""What was understood weighs as much as so many words."""


def guess(reasons: Mapping[str, Reason], asked: str | None, text: str) -> Reason | None:
    """The reason that most speaks for, the first of several; None where nothing does, and in an emergency, which goes
    nowhere else."""
    if asked == EMERGENCIES[EMERGENCY]:
        return None
    plain = f" {normalise(text)} "
    weights = {slug: weight_of(reason, asked, plain) for slug, reason in reasons.items()}
    best = max(weights, key=lambda slug: weights[slug], default=None)
    return reasons[best] if best is not None and weights[best] else None


def weight_of(reason: Reason, asked: str | None, plain: str) -> int:
    """How much speaks for a reason; words count in every language, because people mix them."""
    words = {normalise(word) for listed in reason.words.values() for word in listed}
    found = sum(f" {word} " in plain for word in words)
    return found + (SURE if asked in reason.asked else 0)
