"""A message asks for nothing by which somebody could pass for the patient; the words are data."""

from __future__ import annotations

from collections.abc import Iterable

from journeys.contact.replies.letters import normalise
from journeys.contact.template_checks.base import WARNING, Check, Looked
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

ASKED = {
    "en": (
        "date of birth",
        "birth date",
        "password",
        "pin code",
        "social security",
        "card number",
        "bank account",
        "security code",
    ),
    "es": (
        "fecha de nacimiento",
        "contraseña",
        "codigo pin",
        "seguro social",
        "numero de tarjeta",
        "cuenta bancaria",
        "codigo de seguridad",
    ),
}
"""Language → what fraud asks for. Lists other than English need the review of a native speaker."""

SAYS = N_("“%(words)s” is what fraud asks for. Ask for nothing personal in a message; check who it is when they call")


class PersonalQuestions(Check):
    """Patients learn that the clinic never asks for such things, so that they know fraud by it."""

    source = "NHS, Writing NHS messages, https://service-manual.nhs.uk/content/writing-nhs-messages"

    def look(self, looked: Looked) -> Iterable[Problem]:
        """Each text with such words."""
        for spot in looked.spots:
            said = f" {normalise(spot.literal())} "
            for words in ASKED.get(spot.language.split("-")[0], ASKED["en"]):
                if f" {normalise(words)} " in said:
                    yield Problem(spot.where, SAYS, {"words": words}, WARNING)
