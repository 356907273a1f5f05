"""A text says who sends it."""

from __future__ import annotations

from collections.abc import Iterable

from journeys.contact.media import media_that
from journeys.contact.template_checks.base import SUBJECT, WARNING, Check, Looked
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

NEEDED = {"promotional": "error", "care": WARNING, "experience": WARNING, "transactional": WARNING}
"""Purpose → how bad it is without the sender's name."""

WITH_SUBJECT = media_that(lambda medium: medium.has_subject)
NAMES = frozenset({"clinic.name", "branch.name", "appointment.branch"})
MISSING = N_("The text does not say who sends it. Name the clinic, best at the beginning: {{clinic.name}}")


class SenderName(Check):
    """Patients trust what they can tell from fraud. An e-mail may name the clinic in its subject."""

    source = (
        "CTIA Messaging Principles 5.2; CAN-SPAM, 15 U.S.C. 7704(a)(5); NHS, Writing NHS messages, "
        "https://service-manual.nhs.uk/content/writing-nhs-messages"
    )

    def look(self, looked: Looked) -> Iterable[Problem]:
        """Each text without a name of the clinic or a branch."""
        severity = NEEDED.get(looked.purpose, WARNING)
        for spot in looked.spoken_where(lambda medium: True):
            about = [each for each in looked.spots if each.language == spot.language and each.part == SUBJECT]
            named = {name for each in (spot, *(about if spot.medium in WITH_SUBJECT else ())) for name in each.fields()}
            if not named & NAMES:
                yield Problem(spot.where, MISSING, {}, severity)
