"""The segment that patients come from is published, and about the same records as the journey."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

UNKNOWN = N_("There is no published segment %(segment)s")
OTHER_FOCUS = N_("The segment is about %(segment_focus)s, the journey about %(focus)s")
NOTHING = N_("patients only")


class UnknownSegment(Check):
    """Whoever is to come in can be found."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """The segment of the entry. Segments inside rules are judged with the rules."""
        slug = head.entry.segment
        if slug is None:
            return
        segment = catalogue.segments.get(slug)
        if segment is None:
            yield Problem("entry.segment", UNKNOWN, {"segment": slug})
            return
        kind = (segment.get("focus") or {}).get("kind")
        if head.focus is not None and kind != head.focus:
            data = {"segment_focus": kind or NOTHING, "focus": head.focus}
            yield Problem("focus", OTHER_FOCUS, data)
