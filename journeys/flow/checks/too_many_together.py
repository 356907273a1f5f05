"""No patient who is in several journeys at once can come to more messages in seven days than one may get in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.proving.alongside import Week, other_weeks
from journeys.flow.proving.soonest import most_in_a_week
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

TOGETHER = N_(
    "Together with other journeys (%(journeys)s) a patient can come to %(count)s messages within seven days; %(most)s"
    " are allowed, so those of the journey with the smaller priority are put off or held"
)


class TooManyTogether(Check):
    """Journeys share one budget: every message counts, those of the purposes bound by it are put off. It warns.

    Each journey is reckoned with once, at its fullest week: a patient can come into any two at any distance. What one
    journey does alone has a check of its own.
    """

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """The fewest journeys in force that are too many with this one; the way through each."""
        most, bound = catalogue.caps.a_week, catalogue.caps.purposes
        count, way = most_in_a_week(nodes, most + 1)
        is_bound = head.purpose in bound
        if not count or (is_bound and count > most):
            return
        others = too_many_with(count, is_bound, other_weeks(catalogue, most + 1), most, bound)
        if others:
            together = count + sum(week.count for week in others)
            names = ", ".join(week.journey for week in others)
            path = (*way, *(stride for week in others for stride in week.way))
            data = {"journeys": names, "count": together, "most": most}
            yield Problem(f"steps.{way[0].step}", TOGETHER, data, severity="warning", path=path)


def too_many_with(count: int, is_bound: bool, weeks: list[Week], most: int, bound: tuple[str, ...]) -> list[Week]:
    """The fewest of other journeys that exceed the budget with so many messages; empty when all of them do not.

    One of all has to be bound by the budget, or nothing is put off.
    """
    # one that is bound comes first where the journey itself is not, then the fullest
    first = [] if is_bound else [week for week in weeks if week.purpose in bound][:1]
    if not is_bound and not first:
        return []
    taken: list[Week] = []
    for week in (*first, *(each for each in weeks if each not in first)):
        if count > most and taken:
            break
        taken.append(week)
        count += week.count
    return taken if count > most else []
