"""What a template quotes is an approved wording in force, in its language, and reveals no more than the template."""

from __future__ import annotations

from collections.abc import Iterable

from journeys.contact.template_checks.base import Check, Looked
from journeys.contact.texts.wordings import PREFIX
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

UNKNOWN = N_("There is no approved wording %(wording)s. Approve it first, or write the words themselves")
NOT_IN_LANGUAGE = N_("The wording %(wording)s has no text in %(language)s. Add it there")
TOO_MUCH = N_("The wording %(wording)s reveals more (level %(level)s) than the content level of the template allows")


class ApprovedWordings(Check):
    """A quotation that cannot be written out would leave a hole in the text."""

    source = "one voice: what the clinic says about one thing is approved once"

    def look(self, looked: Looked) -> Iterable[Problem]:
        """Each quotation that is still one after all were written out, and the level of each."""
        for spot in looked.spots:
            for name in spot.fields():
                if name.startswith(PREFIX):
                    slug = name.removeprefix(PREFIX)
                    says = NOT_IN_LANGUAGE if slug in looked.wordings else UNKNOWN
                    yield Problem(spot.where, says, {"wording": slug, "language": spot.language})
        for slug in looked.quoted:
            wording = looked.wordings.get(slug)
            if wording is not None and wording.content_level > looked.content_level:
                yield Problem("content_level", TOO_MUCH, {"wording": slug, "level": wording.content_level})
