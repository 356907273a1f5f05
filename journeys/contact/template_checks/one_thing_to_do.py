"""A text asks for one thing: one link at most."""

from __future__ import annotations

import re
from collections.abc import Iterable

from journeys.contact.template_checks.base import WARNING, Check, Looked
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

LINK = re.compile(r"https?://|\bwww\.", re.I)
SEVERAL = N_("The text has %(count)s links. Ask for one thing, and say first what matters most")


class OneThingToDo(Check):
    """More than one call to action is pointed out; the place of a link to the page of choices is none."""

    source = "NHS, Writing NHS messages, https://service-manual.nhs.uk/content/writing-nhs-messages"

    def look(self, looked: Looked) -> Iterable[Problem]:
        """Each text with several links."""
        for spot in looked.spots:
            count = len(LINK.findall(spot.literal()))
            if count > 1:
                yield Problem(spot.where, SEVERAL, {"count": count}, WARNING)
