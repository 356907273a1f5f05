"""Loads a pack: every problem of it, or all its definitions as drafts, those asked for put in force."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.care.guidelines.publish_guideline import publish_guideline
from journeys.contact.forms.publish_form import publish_form
from journeys.contact.rule_drafts.publish_rule import publish_rule
from journeys.contact.texts.publish_template import publish_template
from journeys.contact.texts.publish_wording import publish_wording
from journeys.criteria.custom.drafted import drafted_fields
from journeys.criteria.custom.naming import names_in
from journeys.criteria.custom.publish_field import publish_field
from journeys.criteria.publish_segment import publish_segment
from journeys.criteria.shapes import segments_in
from journeys.criteria.value_sets.publish_value_set import publish_value_set
from journeys.flow.packs.check import drafted_value_sets, drafted_wordings, pack_problems
from journeys.flow.packs.pack import CHECKSUMS, FOLDERS, FORMAT, PACK, Content, Pack, path_of
from journeys.flow.publishing.publish import publish
from journeys.flow.running.asking import journeys_named
from journeys.flow.text.catalogue import Catalogue, read_catalogue
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem, errors_in
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import (
    FIELD,
    FORM,
    JOURNEY,
    SEGMENT,
    SETTING,
    STAGE,
    TEMPLATE,
    VALUE_SET,
    WORDING,
    find,
)
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import checksum_of, write_version
from journeys.work.clocks.publish_clock import publish_clock

EVERYTHING = tuple(FOLDERS)
ALL_BUT_JOURNEYS = tuple(folder for folder in FOLDERS if folder != "journeys")


def load(
    session: Session,
    act: Act,
    pack: Pack,
    publish_folders: Collection[str] = (),
    replace: bool = False,
    known_roles: frozenset[str] | None = None,
) -> list[Problem]:
    """Store the drafts of a pack and publish those of some folders; returns the warnings.

    Invalid carries every problem, and nothing is stored then. A definition that came from elsewhere, or was changed
    here since it was loaded, is a problem too unless it may be replaced. `known_roles` are the portal's roles, None
    where they cannot be asked: a field of a pack may name no other.
    """
    packs = frozenset(session.scalars(select(Definition.slug).where(Definition.kind == PACK)))
    there = dataclasses.replace(everything_there(session), roles=known_roles)
    problems = pack_problems(pack, there, packs)
    if not replace:
        problems.extend(taken(session, pack))
    if errors_in(problems):
        raise Invalid(problems)
    for folder, slug in in_order(pack):
        content = pack.parts[folder, slug]
        save_draft(session, act, FOLDERS[folder], slug, content["name"], content, pack=pack.slug)
        if folder in publish_folders:
            PUBLISHERS[folder](session, act, slug)
    keep_manifest(session, act, pack)
    audit.note(session, "C", PACK, detail={"pack": pack.slug, "definitions": len(pack.parts)})
    return problems


def everything_there(session: Session) -> Catalogue:
    """What a draft may name: what is in force, and what is only drafted yet."""
    drafted: dict[str, dict[str, Content]] = {
        kind: {} for kind in (FIELD, FORM, JOURNEY, SEGMENT, STAGE, TEMPLATE, VALUE_SET, WORDING)
    }
    for each in session.scalars(select(Definition).where(Definition.kind.in_(drafted))):
        drafted[each.kind][each.slug] = each.draft or {}
    known = read_catalogue(session)
    return dataclasses.replace(
        known,
        segments={**drafted[SEGMENT], **known.segments},
        journeys={**drafted[JOURNEY], **known.journeys},
        wordings={**drafted_wordings(drafted[WORDING], known.languages), **known.wordings},
        templates={**drafted[TEMPLATE], **known.templates},
        forms=known.forms | frozenset(drafted[FORM]),
        stages=known.stages | frozenset(drafted[STAGE]),
        value_sets={**drafted_value_sets(drafted[VALUE_SET]), **known.value_sets},
        custom={**drafted_fields(drafted[FIELD], known.known), **known.custom},
    )


def in_order(pack: Pack) -> list[tuple[str, str]]:
    """The parts in the order in which they can be published: what is named before what names it."""
    names = {
        "segments": {slug: set(segments_in(content["rule"])) for slug, content in pack.of("segments").items()},
        "fields": {slug: {named for _, named in names_in(content)} for slug, content in pack.of("fields").items()},
        "journeys": {slug: set(journeys_named(content)) for slug, content in pack.of("journeys").items()},
    }
    parts = [part for part in pack.parts if part[0] not in names]
    for folder, named_by in names.items():
        ordered: dict[str, None] = {}
        for slug in named_by:
            place_after(slug, named_by, ordered, ())
        parts += [(folder, slug) for slug in ordered]
    return sorted(parts, key=lambda part: EVERYTHING.index(part[0]))


def place_after(
    slug: str, named_by: Mapping[str, Collection[str]], ordered: dict[str, None], path: tuple[str, ...]
) -> None:
    """Put a definition after those of its folder that it names; one of a circle comes where it is met first."""
    for named in sorted(named_by[slug]):
        if named in named_by and named not in ordered and named not in path:
            place_after(named, named_by, ordered, (*path, slug))
    ordered.setdefault(slug)


def taken(session: Session, pack: Pack) -> list[Problem]:
    """A problem for each definition that is there already and is not what this pack brought."""
    kept = {(each.kind, each.slug): each for each in session.scalars(select(Definition))}
    before = kept.get((PACK, pack.slug))
    brought = (before.draft or {}).get(CHECKSUMS, {}) if before is not None else {}
    found = []
    for (folder, slug), content in pack.parts.items():
        definition = kept.get((FOLDERS[folder], slug))
        if definition is None or definition.draft == content:
            continue
        path = path_of(folder, slug)
        data = {"slug": slug, "kind": FOLDERS[folder]}
        if definition.pack != pack.slug:
            found.append(Problem(path, N_("There is another %(kind)s %(slug)s already"), data))
        elif checksum_of(definition.draft or {}) != brought.get(path):
            found.append(Problem(path, N_("The %(kind)s %(slug)s was changed here since the pack was loaded"), data))
    return found


def keep_manifest(session: Session, act: Act, pack: Pack) -> None:
    """Keep what is no definition, so that the whole folder can be written again: the manifest and the tests."""
    content = {
        "format": FORMAT,
        "manifest": pack.manifest,
        "tests": dict(pack.tests),
        CHECKSUMS: {path_of(folder, slug): checksum_of(content) for (folder, slug), content in pack.parts.items()},
    }
    definition = save_draft(session, act, PACK, pack.slug, pack.manifest["name"], content, pack=pack.slug)
    write_version(session, act, definition)


def publish_as_it_is(kind: str) -> Callable[[Session, Act, str], Any]:
    """A verb that puts a draft in force which the pack's check has judged already."""

    def put_in_force(session: Session, act: Act, slug: str) -> None:
        write_version(session, act, find(session, kind, slug))

    return put_in_force


def publish_segment_of_pack(session: Session, act: Act, slug: str) -> None:
    """Publish a segment; loading the pack confirms what is unusual about its size, approved bounds still stop it."""
    publish_segment(session, act, slug, confirmed=True)


PUBLISHERS: dict[str, Callable[[Session, Act, str], Any]] = {
    "settings": publish_as_it_is(SETTING),
    "stages": publish_as_it_is(STAGE),
    "rules": publish_rule,
    "value-sets": publish_value_set,
    "fields": publish_field,
    "segments": publish_segment_of_pack,
    "wordings": publish_wording,
    "templates": publish_template,
    "forms": publish_form,
    "guidelines": publish_guideline,
    "safety-clocks": publish_clock,
    "journeys": publish,
}
