"""No field of a text reveals more than the template says that it reveals."""

from __future__ import annotations

from collections.abc import Iterable

from journeys.contact.template_checks.base import Check, Looked
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

TOO_MUCH = N_("%(field)s reveals more (level %(level)s) than the content level of the template allows")


class DeclaredLevel(Check):
    """The content level of a template is the highest of its fields, or higher: contact rules go by it."""

    source = "45 CFR 164.502(b), minimum necessary"

    def look(self, looked: Looked) -> Iterable[Problem]:
        """Each field above the level."""
        for spot in looked.spots:
            for name in spot.fields():
                level = looked.level_of_field(name)
                if level > looked.content_level:
                    yield Problem(spot.where, TOO_MUCH, {"field": name, "level": level})
