"""Every place of a text can be read and names a field that there is."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from journeys.contact.template_checks.base import Check, Looked
from journeys.contact.texts import merge
from journeys.contact.texts.wordings import PREFIX
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

UNKNOWN = N_("There is no field %(field)s")
UNKNOWN_LIKE = N_("There is no field %(field)s; did you mean %(like)s?")


class KnownFields(Check):
    """A text that cannot be filled is held, so nobody would get it."""

    source = "the catalogue of fields: docs/reference/merge-fields.md and the fields of the clinic"

    def look(self, looked: Looked) -> Iterable[Problem]:
        """Each place that is wrongly written or names nothing."""
        for spot in looked.spots:
            yield from () if spot.is_long else merge.problems(spot.text, spot.where)
            for name in spot.fields():
                if name in looked.fields or name.startswith(PREFIX):
                    continue
                like = difflib.get_close_matches(name, looked.fields, n=1, cutoff=0.8)
                if like:
                    yield Problem(spot.where, UNKNOWN_LIKE, {"field": name, "like": like[0]})
                else:
                    yield Problem(spot.where, UNKNOWN, {"field": name})
