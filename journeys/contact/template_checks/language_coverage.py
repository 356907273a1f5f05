"""Every text exists in every language in which the clinic writes to its patients."""

from __future__ import annotations

from collections.abc import Iterable

from journeys.contact.template_checks.base import Check, Looked
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

MISSING = N_("The text is missing in %(language)s")
NO_FALLBACK = N_("The fallback language has no text")


class LanguageCoverage(Check):
    """No patient gets a text that they cannot read, and none is left out for it."""

    source = "Title VI of the Civil Rights Act, 45 CFR 92.201; the setting `languages`"

    def look(self, looked: Looked) -> Iterable[Problem]:
        """Each language of the clinic without a text, and a fallback that is not there."""
        if not looked.texts:
            return
        for language in looked.languages:
            if language not in looked.texts:
                yield Problem(f"texts.{language}", MISSING, {"language": language})
        fallback = looked.content.get("fallback")
        if fallback is not None and fallback not in looked.texts:
            yield Problem("fallback", NO_FALLBACK)
