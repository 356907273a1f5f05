"""Rules that ask what is due, and who may not name them: a guideline, because what is due is worked out by guidelines.

As of last December such a guideline would look at what is due today, and two that look at each other would never rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.criteria.known import Known
from journeys.criteria.shapes import Segments
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import GUIDELINE

RECORD = "due_item"
IN_GUIDELINE = N_("A guideline cannot ask what is due: that is what guidelines say")
OF_GUIDELINE = N_("The guideline %(guideline)s names this segment, and a guideline cannot ask what is due")


def places_asking(part: Any, where: str, segments: Segments, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Where a part of a valid definition asks what is due, itself or by a segment."""
    if isinstance(part, list):
        for place, each in enumerate(part):
            yield from places_asking(each, f"{where}.{place}", segments, seen)
    if not isinstance(part, Mapping):
        return
    if part.get("happened") == RECORD:
        yield f"{where}.happened"
    segment = str(part.get("segment"))
    if segment in segments.keys() - seen and any(places_asking(segments[segment], "", segments, seen | {segment})):
        yield f"{where}.segment"
    for key, each in part.items():
        yield from places_asking(each, f"{where}.{key}" if where else str(key), segments, seen)


def guideline_asks(content: Mapping[str, Any], known: Known) -> Iterator[Problem]:
    """A problem for each place at which a guideline asks what is due."""
    for where in places_asking(content, "", known.segments):
        yield Problem(where, IN_GUIDELINE)


def segment_asks(session: Session, slug: str, rule: Any, known: Known) -> Iterator[Problem]:
    """A problem where a segment asks what is due although a guideline in force names it, itself or by others.

    `known` has the new rule of the segment.
    """
    if not any(places_asking(rule, "rule", known.segments)):
        return
    in_force = (
        select(Definition.slug, DefinitionVersion.content)
        .join(DefinitionVersion, DefinitionVersion.id == Definition.live_version_id)
        .where(Definition.kind == GUIDELINE, Definition.status == "active")
        .order_by(Definition.slug)
    )
    without = {**known.segments, slug: {"all": []}}
    for guideline, content in session.execute(in_force):
        asking = set(places_asking(content, "", known.segments)) - set(places_asking(content, "", without))
        if asking:
            yield Problem("rule", OF_GUIDELINE, {"guideline": guideline})
            return
