"""Publishes a segment: all problems of its draft, or one immutable version in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from journeys.criteria.check import problems, unknown_keys, where_problems
from journeys.criteria.findings import findings, focus_findings
from journeys.criteria.growth import Change, count_change
from journeys.criteria.known import Known, known
from journeys.criteria.limits import TooSlow
from journeys.criteria.shapes import FORMAT, Rule
from journeys.criteria.what_is_due import segment_asks
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Invalid, Problem, errors_in, refuse_errors
from journeys.foundation.words import N_
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import SEGMENT, find
from journeys.store.putting_in_force.write_version import write_version

KEYS = ["format", "name", "description", "rule", "focus", "expected"]
BOUNDS = ("at_least", "at_most")
MOST_EXPECTED = 1_000_000_000


class Unconfirmed(Invalid):
    """Nothing is wrong, but somebody has to confirm what stands in the problems, which are warnings."""


def publish_segment(
    session: Session, act: Act, slug: str, confirmed: bool = False, row_version: int | None = None
) -> DefinitionVersion:
    """Put the draft of a segment in force and return the version.

    Invalid with every problem when it cannot be: the draft is wrong, its rule makes no sense, or the number of patients
    that the act may see lies outside the bounds that were approved (`expected`). Unconfirmed when the number differs
    suspiciously from that of the version in force; `confirmed` says that somebody has looked at it. `row_version` is
    the draft that was looked at: Stale when somebody saved since.
    """
    definition = find(session, SEGMENT, slug, row_version)
    in_force = known(session)
    content = definition.draft or {}
    found = segment_problems(content, slug, in_force)
    if not errors_in(found):
        found += findings(content["rule"], "rule", with_rule(in_force, slug, content["rule"]))
        found += focus_findings(content.get("focus"), in_force)
        found += segment_asks(session, slug, content["rule"], with_rule(in_force, slug, content["rule"]))
    refuse_errors(found)
    counted = list(count_problems(session, act, definition, in_force))
    refuse_errors(counted)
    if counted and not confirmed:
        raise Unconfirmed(counted)
    version = write_version(session, act, definition)
    ring_after_commit(session, "refresh")
    return version


def count_problems(session: Session, act: Act, definition: Definition, in_force: Known) -> Iterator[Problem]:
    """What the number of patients says: outside the approved bounds, or suspiciously different from before."""
    content = definition.draft or {}
    expected = content.get("expected") or {}
    if not expected and rule_before(definition, in_force) in (None, content["rule"]):
        return
    try:
        change = change_of(session, act, definition, in_force)
    except TooSlow as slow:
        severity = "error" if expected else "warning"
        yield from (replace(problem, severity=severity) for problem in slow.problems)
        return
    data = {"found": change.after}
    if change.after < expected.get("at_least", 0):
        says = N_("%(found)s patients are in it, at least %(number)s were approved")
        yield Problem("expected.at_least", says, {**data, "number": expected["at_least"]})
    if change.after > expected.get("at_most", change.after):
        says = N_("%(found)s patients are in it, at most %(number)s were approved")
        yield Problem("expected.at_most", says, {**data, "number": expected["at_most"]})
    yield from change.problems()


def change_of(session: Session, act: Act, definition: Definition, in_force: Known) -> Change:
    """What a valid draft would change, as counts of the patients that the act may see."""
    rule = (definition.draft or {})["rule"]
    before = rule_before(definition, in_force)
    return count_change(session, act, before, rule, with_rule(in_force, definition.slug, rule), in_force)


def rule_before(definition: Definition, in_force: Known) -> Rule | None:
    """The rule in force, None when there is none or when something that it names is not in force any more."""
    rule = in_force.segments.get(definition.slug)
    return None if rule is None or problems(rule, "rule", in_force) else rule


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
    found.extend(expected_problems(content.get("expected")))
    return found


def expected_problems(expected: Any) -> Iterator[Problem]:
    """The approved bounds: whole numbers of patients, the smaller one first."""
    if expected is None:
        return
    if not isinstance(expected, dict):
        yield Problem("expected", N_("Write how many patients are expected at least and at most"))
        return
    yield from unknown_keys(expected, "expected", list(BOUNDS))
    given = {key: expected[key] for key in BOUNDS if key in expected}
    for key, number in given.items():
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= MOST_EXPECTED:
            data = {"least": 0, "most": MOST_EXPECTED}
            yield Problem(f"expected.{key}", N_("Write a whole number between %(least)s and %(most)s"), data)
            return
    if len(given) == len(BOUNDS) and given["at_least"] > given["at_most"]:
        yield Problem("expected.at_most", N_("The first value is above the second, so nothing can lie between them"))


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
