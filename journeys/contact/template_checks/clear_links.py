"""The words around a link say where it leads; the words are data."""

from __future__ import annotations

from collections.abc import Iterable

from journeys.contact.replies.letters import normalise
from journeys.contact.template_checks.base import WARNING, Check, Looked
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

EMPTY = {
    "en": ("click here", "click this link", "click the link", "tap here"),
    "es": ("haga clic aqui", "pulse aqui", "pinche aqui", "haz clic"),
}
"""Language → words that say nothing, and that fraud uses."""

SAYS = N_("“%(words)s” does not say where the link leads. Say what the patient finds there")


class ClearLinks(Check):
    """Links have a clear purpose."""

    source = "NHS, Writing NHS messages, https://service-manual.nhs.uk/content/writing-nhs-messages; WCAG 2.4.4"

    def look(self, looked: Looked) -> Iterable[Problem]:
        """Each text with such words."""
        for spot in looked.spots:
            said = f" {normalise(spot.literal())} "
            for words in EMPTY.get(spot.language.split("-")[0], EMPTY["en"]):
                if f" {words} " in said:
                    yield Problem(spot.where, SAYS, {"words": words}, WARNING)
