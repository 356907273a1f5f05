"""No words in capital letters: they read as shouting, and screen readers spell them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from journeys.contact.replies.keywords import MEANINGS
from journeys.contact.replies.letters import normalise
from journeys.contact.template_checks.base import WARNING, Check, Looked
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

SHOUTED = re.compile(r"\b[^\W\d_]{4,}\b")
SAYS = N_("“%(word)s” stands in capital letters, which reads as shouting. Write it in small letters")


class PlainCapitals(Check):
    """Words of four letters and more; words that patients answer with, such as STOP, are left alone."""

    source = "NHS, Writing NHS messages, https://service-manual.nhs.uk/content/writing-nhs-messages"

    def look(self, looked: Looked) -> Iterable[Problem]:
        """Each such word, once a text."""
        answers = {normalise(str(typed)) for typed in looked.content.get("answers") or ()}
        for spot in looked.spots:
            for word in dict.fromkeys(SHOUTED.findall(spot.literal())):
                plain = normalise(word)
                if word.isupper() and plain not in MEANINGS and plain not in answers:
                    yield Problem(spot.where, SAYS, {"word": word}, WARNING)
