"""Judges a contact rule by what is in force: other rules, segments, service lines; and says what it is pinned to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.deciding.rule_set import FORMAT, problems
from journeys.contact.rule_drafts.rule_records import scope_of
from journeys.criteria.naming import names_in
from journeys.criteria.shapes import segments_in
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.configuration import DefinitionVersion, VersionPin
from journeys.store.organisation import ServiceLine
from journeys.store.putting_in_force.definitions import CONTACT_RULE, FIELD, SEGMENT, VALUE_SET, live_versions

Pins = dict[tuple[str, str], int]

NO_SEGMENT = N_("There is no published segment %(slug)s")


def rule_problems(session: Session, slug: str, content: Mapping[str, Any]) -> list[Problem]:
    """Everything wrong with the draft of a contact rule now."""
    found = problems(content)
    if content.get("format") != FORMAT:
        found.append(Problem("format", N_("This version of Waymark reads format %(format)s"), {"format": FORMAT}))
    if found:
        return found
    found += unknown(content, "segments", live_versions(session, SEGMENT), NO_SEGMENT)
    lines = session.scalars(select(ServiceLine.slug)).all() if content.get("service_lines") else ()
    found += unknown(content, "service_lines", lines, N_("There is no service line %(slug)s"))
    for other, version in live_versions(session, CONTACT_RULE).items():
        if other != slug and scope_of(version.content) == scope_of(content):
            found.append(Problem("rule", N_("The rule is already set by %(slug)s"), {"slug": other}))
    return found


def unknown(content: Mapping[str, Any], key: str, known: Collection[str], says: str) -> Iterator[Problem]:
    """A problem for each word of a scope that names nothing."""
    given = content.get(key)
    for slug in given if isinstance(given, list) else ():
        if slug not in known:
            yield Problem(key, says, {"slug": slug})


def pins_of_rule(session: Session, content: Mapping[str, Any]) -> Pins:
    """The version in force of each segment that a valid rule names, and of all that these name in turn."""
    named = list(content.get("segments") or ())
    if not named:
        return {}
    in_force = {
        (kind, slug): version
        for kind in (SEGMENT, VALUE_SET, FIELD)
        for slug, version in live_versions(session, kind).items()
    }
    contents = {slug: version.content for (kind, slug), version in in_force.items() if kind == SEGMENT}
    segments = with_named(contents, named)
    wanted = {(SEGMENT, slug) for slug in segments} | set(names_in(list(segments.values())))
    return {key: in_force[key].id for key in sorted(wanted) if key in in_force}


def with_named(contents: Mapping[str, Any], named: Iterable[str]) -> dict[str, Any]:
    """The rules of these segments and of those that they name in turn."""
    waiting = list(named)
    found: dict[str, Any] = {}
    while waiting:
        slug = waiting.pop()
        if slug not in found and slug in contents:
            found[slug] = contents[slug]["rule"]
            waiting.extend(segments_in(found[slug]))
    return found


def pins_of_version(session: Session, version_id: int) -> Pins:
    """What a published version is pinned to."""
    rows = session.execute(
        select(VersionPin.kind, VersionPin.slug, VersionPin.pinned_version_id).where(
            VersionPin.version_id == version_id
        )
    )
    return {(kind, slug): pinned for kind, slug, pinned in rows}


def others_of(session: Session, slug: str, content: Mapping[str, Any]) -> dict[str, int]:
    """The versions in force of every other record of the same rule: what this one binds beside."""
    return {
        other: version.id
        for other, version in live_versions(session, CONTACT_RULE).items()
        if other != slug and version.content.get("rule") == content.get("rule")
    }


def outdated_segments(session: Session, version: DefinitionVersion) -> list[str]:
    """The segments that say something else now than the published rule means."""
    pinned = pins_of_version(session, version.id)
    in_force = live_versions(session, SEGMENT)
    named = version.content.get("segments") or ()
    return [slug for slug in named if slug not in in_force or in_force[slug].id != pinned.get((SEGMENT, slug))]
