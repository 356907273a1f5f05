"""Finds what is wrong with references from rule to segment: unknown ones, circles, and rules that grow too large."""

from __future__ import annotations

from collections.abc import Iterator

from journeys.criteria.shapes import MOST_NODES_WITH_SEGMENTS, Rule, Segments, nodes_of, segments_in
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_


def segment_problems(rule: Rule, where: str, known: Segments) -> Iterator[Problem]:
    """Problems of the references in a rule that is valid by itself."""
    sizes: dict[str, int] = {}
    without: set[str] = set()
    found = list(references(rule, where))
    for place, slug in found:
        if slug not in known:
            yield Problem(place, N_("There is no published segment %(segment)s"), {"segment": slug})
            continue
        circle = circle_from(slug, known, [], without)
        if circle:
            steps = {"circle": " → ".join(circle)}
            yield Problem(place, N_("Segments refer to each other in a circle: %(circle)s"), steps)
        else:
            size_with_segments(slug, known, sizes)
    total = nodes_of(rule) + sum(sizes.get(slug, 0) for _, slug in found)
    if total > MOST_NODES_WITH_SEGMENTS:
        data = {"count": total, "most": MOST_NODES_WITH_SEGMENTS}
        yield Problem(
            where, N_("With its segments the rule has %(count)s conditions, at most %(most)s are possible"), data
        )


def references(rule: Rule, where: str) -> Iterator[tuple[str, str]]:
    """(place, slug) of every reference to a segment."""
    if "segment" in rule:
        yield f"{where}.segment", rule["segment"]
    for key in ("all", "any", "none"):
        for place, part in enumerate(rule.get(key, [])):
            yield from references(part, f"{where}.{key}.{place}")


def circle_from(slug: str, known: Segments, path: list[str], without: set[str]) -> list[str]:
    """The first circle that following the references from a segment leads into; empty when there is none.

    `without` keeps the segments already found to lead into none, so that each is followed once.
    """
    if slug in path:
        return [*path[path.index(slug) :], slug]
    if slug in without or slug not in known:
        return []
    for other in segments_in(known[slug]):
        circle = circle_from(other, known, [*path, slug], without)
        if circle:
            return circle
    without.add(slug)
    return []


def size_with_segments(slug: str, known: Segments, sizes: dict[str, int]) -> int:
    """The nodes of a segment's rule with the rules it refers to put in their places; kept in `sizes`."""
    if slug not in sizes:
        rule = known.get(slug, {})
        others = [size_with_segments(other, known, sizes) for other in segments_in(rule)]
        sizes[slug] = nodes_of(rule) + sum(others)
    return sizes[slug]
