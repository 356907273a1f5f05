"""The order in which segments are evaluated: those that a rule names before the one that names them."""

from __future__ import annotations

from journeys.criteria.shapes import Segments, segments_in


def in_order(segments: Segments) -> list[str]:
    """Every slug once, named ones first, otherwise by the alphabet; there are no circles among published segments."""
    ordered: dict[str, None] = {}
    for slug in sorted(segments):
        place(slug, segments, ordered)
    return list(ordered)


def place(slug: str, segments: Segments, ordered: dict[str, None]) -> None:
    """Put a segment after everything that it names."""
    if slug in ordered or slug not in segments:
        return
    for named in sorted(set(segments_in(segments[slug]))):
        place(named, segments, ordered)
    ordered[slug] = None
