"""A consultant publishes a journey: all its problems, or one immutable version that is in force at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from journeys.criteria.known import Known
from journeys.criteria.naming import names_in
from journeys.criteria.shapes import segments_in
from journeys.flow.events.heard import listened_for
from journeys.flow.proving.checking import problems_of
from journeys.flow.text.catalogue import Catalogue, read_catalogue
from journeys.flow.text.definition import Journey, read
from journeys.flow.words.texts_named import texts_named
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.advisory import IN_FORCE
from journeys.foundation.errors import errors_in, refuse_errors
from journeys.store.configuration import Definition, DefinitionVersion, JourneyListener, VersionPin
from journeys.store.journey_groups import JourneyGroup
from journeys.store.putting_in_force.definitions import FIELD, JOURNEY, SEGMENT, TEMPLATE, find
from journeys.store.putting_in_force.write_version import write_version


def publish(session: Session, act: Act, slug: str, row_version: int | None = None) -> DefinitionVersion:
    """Publish the draft of a journey and return its version. Invalid carries every problem; nothing is written then.

    `row_version` is the draft that was looked at: Stale when somebody saved since. Enrolments stay on their version,
    and a paused journey stays paused.
    """
    take_turns(session)
    definition = find(session, JOURNEY, slug, row_version)
    return put_in_force(session, act, definition, read_catalogue(session, slug))


def take_turns(session: Session) -> None:
    """Wait for whoever puts a journey in force at this moment: each is judged by all that are in force."""
    session.execute(select(func.pg_advisory_xact_lock(IN_FORCE)))


def put_in_force(session: Session, act: Act, definition: Definition, catalogue: Catalogue) -> DefinitionVersion:
    """Publish the draft as it is judged by this catalogue."""
    refuse_errors(errors_in(problems_of(definition.draft, catalogue)))
    journey = read(definition.draft)
    pins = pins_of(journey, catalogue)
    before = definition.live_version_id
    was_paused = definition.status == "paused"
    if before is not None and pins != pins_of_version(session, before):
        set_aside(definition)
    version = write_version(session, act, definition)
    if was_paused:
        definition.status = "paused"
    if version.id != before:
        write_listeners(session, version, journey, catalogue.known)
        write_group(session, version, journey)
        write_pins(session, version, pins)
    ring_after_commit(session, "enrol")
    return version


def pins_of(journey: Journey, catalogue: Catalogue) -> dict[tuple[str, str], int]:
    """The version id of everything that the journey uses: templates, segments, what their rules and its own name."""
    wanted = [(TEMPLATE, slug) for node in journey.nodes.values() for _, slug, _ in texts_named(node.step)]
    segments = segments_used(journey, catalogue)
    wanted += [(SEGMENT, slug) for slug in segments]
    wanted += [(FIELD, each.slug) for node in journey.nodes.values() for each in node.step.custom_fields()]
    wanted += names_in([*rules_of(journey), *(catalogue.segments[slug] for slug in segments)])
    return {key: catalogue.versions[key] for key in sorted(set(wanted))}


def segments_used(journey: Journey, catalogue: Catalogue) -> set[str]:
    """Every segment that entry, endings and branches name, and those that these name in turn."""
    waiting = [slug for rule in rules_of(journey) for slug in segments_in(rule)]
    if journey.head.entry.segment is not None:
        waiting.append(journey.head.entry.segment)
    found: set[str] = set()
    while waiting:
        slug = waiting.pop()
        if slug not in found:
            found.add(slug)
            waiting.extend(segments_in(catalogue.known.segments[slug]))
    return found


def rules_of(journey: Journey) -> Iterator[Mapping[str, Any]]:
    """Every rule that the journey itself holds."""
    if journey.head.entry.rule is not None:
        yield journey.head.entry.rule
    for _, _, ending in journey.endings():
        if ending.rule is not None:
            yield ending.rule
    for node in journey.nodes.values():
        yield from node.step.rules()


def pins_of_version(session: Session, version_id: int) -> dict[tuple[str, str], int]:
    """What a published version is pinned to."""
    rows = session.execute(
        select(VersionPin.kind, VersionPin.slug, VersionPin.pinned_version_id).where(
            VersionPin.version_id == version_id
        )
    )
    return {(kind, slug): pinned for kind, slug, pinned in rows}


def set_aside(definition: Definition) -> None:
    """Make the next version a new one although the draft is the same: what it uses has changed."""
    definition.status = "draft"
    definition.live_version = None


def write_pins(session: Session, version: DefinitionVersion, pins: Mapping[tuple[str, str], int]) -> None:
    """Keep what the version uses."""
    rows = [
        {"version_id": version.id, "kind": kind, "slug": slug, "pinned_version_id": pinned}
        for (kind, slug), pinned in pins.items()
    ]
    if rows:
        session.execute(insert(VersionPin), rows)


def write_listeners(session: Session, version: DefinitionVersion, journey: Journey, known: Known) -> None:
    """Keep which events the version listens for, so that an event finds it with one join."""
    rows = [
        {"version_id": version.id, "purpose": purpose, "position": position, "event_kind": name}
        for purpose, position, name in listened_for(journey, known)
    ]
    if rows:
        session.execute(insert(JourneyListener), rows)


def write_group(session: Session, version: DefinitionVersion, journey: Journey) -> None:
    """Keep in which group the version is held back, and with which priority."""
    head = journey.head
    if head.group is not None:
        session.add(JourneyGroup(version_id=version.id, name=head.group, priority=head.priority))
        session.flush()
