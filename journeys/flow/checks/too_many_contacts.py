"""No path plans more messages for seven days than a patient may get in them, with the journeys that it begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.proving.alongside import begun_by_steps
from journeys.flow.proving.soonest import A_WEEK, last_of, soonest
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

TOO_MANY = N_(
    "Within seven days a patient can come to %(count)s messages here; %(most)s are allowed, so others are put off or"
    " held"
)


class TooManyContacts(Check):
    """Nobody is promised more messages than contact rules let through. It warns: the rules hold in any case."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """The quickest way to one message too many, at its first step."""
        most = catalogue.caps.a_week
        if head.purpose not in catalogue.caps.purposes:
            return
        path = soonest(nodes, most + 1, begun_by_steps(catalogue, most + 1))
        if path and last_of(path) < A_WEEK:
            data = {"count": most + 1, "most": most}
            yield Problem(f"steps.{path[0].step}", TOO_MANY, data, severity="warning", path=path)
