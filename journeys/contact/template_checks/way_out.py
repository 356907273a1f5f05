"""A text that may be ended says how; which purposes need that is a table."""

from __future__ import annotations

from collections.abc import Iterable

from journeys.contact.replies.keywords import STOP, WORDS
from journeys.contact.replies.letters import normalise
from journeys.contact.template_checks.base import WARNING, Check, Looked, Spot
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

NEEDED = {"promotional": "error", "care": WARNING, "experience": WARNING}
"""Purpose → how bad it is without a way out. A message about an appointment or request needs none."""

LINK = "contact.choices"
MISSING = N_("The text does not say how to end these messages. Add for example: %(example)s")
EXAMPLES = {"en": "STOP to end", "es": "STOP: fin"}


class WayOut(Check):
    """Text messages name a word that ends them, or the page on which a patient chooses; e-mail carries it in its
    headers."""

    source = "47 CFR 64.1200(a)(10); CTIA Messaging Principles; ePrivacy Directive art. 13"

    def look(self, looked: Looked) -> Iterable[Problem]:
        """Each text message without one, where its purpose asks for one."""
        severity = NEEDED.get(looked.purpose)
        spots = looked.spoken_where(lambda medium: not medium.carries_way_out) if severity else []
        for spot in spots:
            if not has_way_out(spot):
                example = EXAMPLES.get(spot.language.split("-")[0], EXAMPLES["en"])
                yield Problem(spot.where, MISSING, {"example": example}, str(severity))


def has_way_out(spot: Spot) -> bool:
    """Whether it names a word that ends messages, in its language or in English, or the page of choices."""
    if LINK in spot.fields():
        return True
    said = f" {normalise(spot.literal())} "
    languages = ("en", spot.language.split("-")[0])
    words = [word for language in languages for word in WORDS[STOP].get(language, [])]
    return any(f" {normalise(word)} " in said for word in words)
