"""What a patient can get besides the messages of one journey: from those that its steps begin, and from all others."""

from __future__ import annotations

from dataclasses import dataclass, replace

from journeys.flow.proving.soonest import A_WEEK, Begun, Way, last_of, most_in_a_week, soonest_from
from journeys.flow.running.asking import STARTING
from journeys.flow.text.catalogue import Catalogue, Content
from journeys.flow.text.definition import Node, parse
from journeys.store.putting_in_force.write_version import checksum_of

MOST_KEPT = 500


@dataclass(frozen=True)
class Week:
    """The fullest seven days of a journey that is in force: how many messages, and the way on which they come."""

    journey: str
    purpose: str
    count: int
    way: Way


KEPT: dict[tuple[str, str, int], Week] = {}
"""By slug, checksum of the content and how far was counted: what is in force does not change."""


def begun_by_steps(catalogue: Catalogue, most: int) -> Begun:
    """What the steps of a journey begin: the quickest ways to one contact, to two, up to `most`, within a week."""
    kept: dict[tuple[str, frozenset[str]], tuple[Way, ...]] = {}

    def ways_of(slug: str, inside: frozenset[str]) -> tuple[Way, ...]:
        if (slug, inside) not in kept:
            kept[slug, inside] = ways_into(slug, inside | {slug})
        return kept[slug, inside]

    def ways_into(slug: str, inside: frozenset[str]) -> tuple[Way, ...]:
        head, nodes, _problems = parse(catalogue.journeys[slug])
        found: list[Way] = []
        if head is None:
            return ()
        for contacts in range(1, most + 1):
            way = soonest_from(nodes, head.start, contacts, beginning(inside))
            if not way or last_of(way) >= A_WEEK:
                break
            found.append(of_journey(slug, way))
        return tuple(found)

    def beginning(inside: frozenset[str]) -> Begun:
        def begun(node: Node) -> tuple[Way, ...]:
            slug = begins(node)
            is_told = slug is not None and slug in catalogue.journeys and slug not in inside
            return ways_of(slug, inside) if slug is not None and is_told else ()

        return begun

    return beginning(frozenset({catalogue.journey} if catalogue.journey else ()))


def begins(node: Node) -> str | None:
    """The journey that a step begins, if it begins one."""
    return getattr(node.step, "journey", None) if node.step.name in STARTING else None


def of_journey(slug: str, way: Way) -> Way:
    """A way whose own steps are those of another journey."""
    return tuple(replace(stride, journey=stride.journey or slug) for stride in way)


def other_weeks(catalogue: Catalogue, most: int) -> list[Week]:
    """The journeys in force besides the one that is judged, the fullest week first, each counted up to `most`.

    Journeys that send nothing are left out; what a journey begins counts as a journey of its own.
    """
    others = [(slug, content) for slug, content in catalogue.journeys.items() if slug != catalogue.journey]
    weeks = [week_of(slug, content, most) for slug, content in others]
    return sorted((week for week in weeks if week.count), key=lambda week: (-week.count, week.journey))


def week_of(slug: str, content: Content, most: int) -> Week:
    """The fullest week of one journey, worked out once for all who change a journey beside it."""
    key = (slug, checksum_of(dict(content)), most)
    if key not in KEPT:
        if len(KEPT) >= MOST_KEPT:
            KEPT.clear()
        head, nodes, _problems = parse(content)
        count, way = most_in_a_week(nodes, most)
        KEPT[key] = Week(slug, "care" if head is None else head.purpose, count, of_journey(slug, way))
    return KEPT[key]
