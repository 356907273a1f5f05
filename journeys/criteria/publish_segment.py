"""Publishes a segment: all problems of its draft, or one immutable version in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from journeys.criteria.check import problems, unknown_keys, where_problems
from journeys.criteria.known import Known, known
from journeys.criteria.shapes import FORMAT
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.configuration import DefinitionVersion
from journeys.store.definitions import SEGMENT, find
from journeys.store.write_version import write_version

KEYS = ["format", "name", "description", "rule", "focus"]


def publish_segment(session: Session, act: Act, slug: str) -> DefinitionVersion:
    """Put the draft of a segment in force and return the version; Invalid with every problem when it cannot be."""
    definition = find(session, SEGMENT, slug)
    found = segment_problems(definition.draft or {}, slug, known(session))
    if any(problem.severity == "error" for problem in found):
        raise Invalid(found)
    return write_version(session, act, definition)


def segment_problems(content: Mapping[str, Any], slug: str, in_force: Known) -> list[Problem]:
    """All problems of a segment's content; `in_force` is what its rule may name."""
    found = list(unknown_keys(content, "", KEYS))
    if content.get("format") != FORMAT:
        found.append(Problem("format", N_("The format must be %(format)s"), {"format": FORMAT}))
    found.extend(text_problems(content.get("name"), "name", is_needed=True))
    found.extend(text_problems(content.get("description"), "description", is_needed=False))
    if "rule" not in content:
        found.append(Problem("rule", N_("A segment needs a rule")))
    else:
        rule = content["rule"]
        found.extend(problems(rule, "rule", with_rule(in_force, slug, rule)))
    found.extend(focus_problems(content.get("focus"), in_force))
    return found


def with_rule(in_force: Known, slug: str, rule: Any) -> Known:
    """What is in force, with the new rule of a segment in the place of its old one."""
    return replace(in_force, segments={**in_force.segments, slug: rule}) if isinstance(rule, dict) else in_force


def text_problems(texts: Any, where: str, *, is_needed: bool) -> Iterator[Problem]:
    """A text people read is `{language: text}`."""
    if texts is None and not is_needed:
        return
    if not isinstance(texts, dict) or (is_needed and not texts):
        yield Problem(where, N_("Write a text for at least one language"))
        return
    for language, text in texts.items():
        if not isinstance(text, str) or (is_needed and not text.strip()):
            yield Problem(f"{where}.{language}", N_("Write a text"))


def focus_problems(focus: Any, in_force: Known) -> Iterator[Problem]:
    """A focus names a kind of record and the conditions on it."""
    if focus is None:
        return
    if not isinstance(focus, dict):
        yield Problem("focus", N_("Write a kind of record and the conditions on it"))
        return
    yield from unknown_keys(focus, "focus", ["kind", "where"])
    yield from where_problems(focus.get("kind"), focus.get("where", []), "focus", in_force)
