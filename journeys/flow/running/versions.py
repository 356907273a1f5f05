"""Published journeys ready to be executed: read once, kept, because a version never changes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.criteria.known import Known, known_of
from journeys.criteria.shapes import Rule, parts_of
from journeys.flow.text.definition import Journey, read
from journeys.store.configuration import Definition, DefinitionVersion, VersionPin
from journeys.store.putting_in_force.definitions import SEGMENT

KEPT: dict[uuid.UUID, PublishedJourney] = {}
MOST_KEPT = 500


@dataclass(frozen=True)
class PublishedJourney:
    """One version with everything it was published with.

    `pins` gives version ids by kind and slug, `known` what its rules name, `focus_of_segment` the focus of pinned
    segments. `stretches` and `statements` keep what the compiler has found out and made, by step.
    """

    version_id: int
    definition_id: int
    slug: str
    journey: Journey
    pins: Mapping[tuple[str, str], int]
    known: Known
    focus_of_segment: Mapping[str, Any]
    stretches: dict[str, Any] = field(default_factory=dict, compare=False)
    statements: dict[Any, Any] = field(default_factory=dict, compare=False)

    def records_of_endings(self) -> set[str]:
        """The kinds of records whose happenings the rules of goals and exits count, those of their segments too."""
        rules = [ending.rule for _, _, ending in self.journey.endings() if ending.rule is not None]
        return set(records_in(rules, self.known.segments))


def records_in(rules: Iterable[Rule], segments: Mapping[str, Any]) -> Iterator[str]:
    """The kinds of records that rules count, and the segments that they name, each segment looked into once."""
    waiting = list(rules)
    seen: set[str] = set()
    while waiting:
        rule = waiting.pop()
        if "happened" in rule:
            yield rule["happened"]
        slug = rule.get("segment")
        if slug is not None and slug in segments and slug not in seen:
            seen.add(slug)
            waiting.append(segments[slug])
        waiting.extend(parts_of(rule))


def published(session: Session, version_ids: Iterable[int]) -> dict[int, PublishedJourney]:
    """The journeys of these versions, by version id, in the order of the ids."""
    wanted = sorted(set(version_ids))
    found = session.execute(
        select(DefinitionVersion.id, DefinitionVersion.uid).where(DefinitionVersion.id.in_(wanted))
    ).all()
    # taken out at once: another thread may forget them meanwhile
    known = {row.id: KEPT.get(row.uid) for row in found}
    missing = [version_id for version_id, journey in known.items() if journey is None]
    loaded = load(session, missing) if missing else {}
    ready = {version_id: loaded.get(version_id) or known.get(version_id) for version_id in wanted}
    return {version_id: journey for version_id, journey in ready.items() if journey is not None}


def load(session: Session, version_ids: list[int]) -> dict[int, PublishedJourney]:
    """Read versions and what they are pinned to, and keep them."""
    if len(KEPT) + len(version_ids) > MOST_KEPT:
        KEPT.clear()
    loaded = {}
    versions = session.execute(
        select(DefinitionVersion, Definition.slug)
        .join(Definition, Definition.id == DefinitionVersion.definition_id)
        .where(DefinitionVersion.id.in_(version_ids))
    ).all()
    pins = session.execute(
        select(VersionPin.version_id, VersionPin.kind, VersionPin.slug, DefinitionVersion)
        .join(DefinitionVersion, DefinitionVersion.id == VersionPin.pinned_version_id)
        .where(VersionPin.version_id.in_(version_ids))
    ).all()
    for version, journey_slug in versions:
        mine = [(kind, slug, pinned) for version_id, kind, slug, pinned in pins if version_id == version.id]
        segments = {slug: pinned.content for kind, slug, pinned in mine if kind == SEGMENT}
        KEPT[version.uid] = loaded[version.id] = PublishedJourney(
            version_id=version.id,
            definition_id=version.definition_id,
            slug=journey_slug,
            journey=read(version.content),
            pins={(kind, slug): pinned.id for kind, slug, pinned in mine},
            known=known_of(mine),
            focus_of_segment={slug: content.get("focus") for slug, content in segments.items()},
        )
    return loaded
