"""Judges the setting `record-layout` whole: cards and courses that there are, codes with their systems, bounds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from journeys.care.record.layout import CARDS, FORMAT
from journeys.foundation.errors import Problem
from journeys.foundation.ids import is_slug
from journeys.foundation.words import N_

KEYS = ("format", "name", "courses", "roles")
ROLE_KEYS = ("cards", "courses", "alerts", "prepares", "fields")
COURSE_KEYS = ("name", "lines")
LINE_KEYS = ("system", "code", "name", "at_least", "at_most")
MOST_LINES = 4


def layout_problems(content: Mapping[str, Any]) -> list[Problem]:
    """All problems of a content."""
    found = list(strange_keys(content, "", KEYS))
    if content.get("format") != FORMAT:
        found.append(Problem("format", N_("The format must be %(format)s"), {"format": FORMAT}))
    courses, roles = content.get("courses", {}), content.get("roles", {})
    if not isinstance(courses, dict) or not isinstance(roles, dict):
        return [
            *found,
            Problem("roles", N_("Write under short names what each role sees, and each course")),
        ]
    for slug, course in courses.items():
        found.extend(course_problems(f"courses.{slug}", slug, course))
    for role, arranged in roles.items():
        found.extend(role_problems(f"roles.{role}", arranged, courses))
    return found


def course_problems(where: str, slug: Any, course: Any) -> Iterator[Problem]:
    """One course has a name, and lines with codes."""
    if not isinstance(slug, str) or not is_slug(slug):
        yield Problem(where, N_("Use lower-case letters, digits and hyphens, for example recall-due"))
    lines = course.get("lines") if isinstance(course, dict) else None
    if not isinstance(lines, list) or not 0 < len(lines) <= MOST_LINES:
        yield Problem(f"{where}.lines", N_("Write one to %(most)s codes"), {"most": MOST_LINES})
        return
    yield from strange_keys(course, where, COURSE_KEYS)
    yield from text_problems(course.get("name"), f"{where}.name")
    for place, line in enumerate(lines):
        yield from line_problems(f"{where}.lines.{place}", line)


def line_problems(where: str, line: Any) -> Iterator[Problem]:
    """One line has a code of a system, a name, and bounds in their order."""
    if not isinstance(line, dict) or not all(
        isinstance(line.get(key), str) and line[key] for key in ("system", "code")
    ):
        yield Problem(f"{where}.code", N_("Write a code with its system"))
        return
    yield from strange_keys(line, where, LINE_KEYS)
    yield from text_problems(line.get("name"), f"{where}.name")
    bounds = {key: line[key] for key in ("at_least", "at_most") if line.get(key) is not None}
    for key, bound in bounds.items():
        if isinstance(bound, bool) or not isinstance(bound, int | float):
            yield Problem(f"{where}.{key}", N_("Write a number"))
            return
    if len(bounds) > 1 and bounds["at_least"] > bounds["at_most"]:
        yield Problem(f"{where}.at_most", N_("The first value is above the second, so nothing can lie between them"))


def role_problems(where: str, arranged: Any, courses: Mapping[str, Any]) -> Iterator[Problem]:
    """What a role sees names cards and courses that there are, each once."""
    if not isinstance(arranged, dict):
        yield Problem(where, N_("Write which cards this role sees"))
        return
    yield from strange_keys(arranged, where, ROLE_KEYS)
    for key in ROLE_KEYS:
        chosen = arranged.get(key, [])
        if not isinstance(chosen, list) or not all(isinstance(each, str) and each for each in chosen):
            yield Problem(f"{where}.{key}", N_("Write a list"))
            continue
        known = {"cards": CARDS, "courses": courses}.get(key)
        for place, each in enumerate(chosen):
            if known is not None and each not in known:
                says = N_("%(key)s is not known here; possible are: %(choices)s")
                yield Problem(f"{where}.{key}.{place}", says, {"key": each, "choices": ", ".join(known)})
            elif each in chosen[:place]:
                yield Problem(f"{where}.{key}.{place}", N_("This is chosen twice"))


def strange_keys(content: Mapping[str, Any], where: str, known: Collection[str]) -> Iterator[Problem]:
    """A misspelt key must not pass silently."""
    for key in content:
        if key not in known:
            says = N_("%(key)s is not known here; possible are: %(choices)s")
            yield Problem(f"{where}.{key}".strip("."), says, {"key": key, "choices": ", ".join(known)})


def text_problems(texts: Any, where: str) -> Iterator[Problem]:
    """A name that people read is `{language: text}`."""
    if not isinstance(texts, dict) or not texts or not all(isinstance(each, str) and each for each in texts.values()):
        yield Problem(where, N_("Write a text for at least one language"))
