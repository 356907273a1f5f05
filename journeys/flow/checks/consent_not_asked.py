"""Nobody gets messages of a purpose that contact rules ask no consent for, but for their own affairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.proving.ways import way_to
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

NOT_ASKED = N_("Contact rules let messages for %(purpose)s go without asking whether the patient agreed to them")
OWED = "transactional"
BARRED = "promotional"


class ConsentNotAsked(Check):
    """Every message is sent under consent for its purpose. Every refusal counts in any case.

    Which purposes need asking is a setting of the contact rule `consent`: it bars promotion and warns of what else is
    not asked for, since the law of some places permits care without asking.
    """

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """At the purpose of a journey that sends; the way leads to its first message."""
        if head.purpose == OWED or head.purpose not in catalogue.unasked.without_asking:
            return
        path = way_to(nodes, head.start, [step_id for step_id, node in nodes.items() if node.step.contacts])
        if path:
            severity = "error" if head.purpose == BARRED else "warning"
            yield Problem("purpose", NOT_ASKED, {"purpose": head.purpose}, severity=severity, path=path)
