"""The web form by which patients come in is published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

UNKNOWN = N_("There is no published form %(form)s")


class UnknownForm(Check):
    """Nobody waits for a form that stands nowhere."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """The form of the entry."""
        slug = head.entry.form
        if slug is not None and slug not in catalogue.forms:
            yield Problem("entry.form", UNKNOWN, {"form": slug})
