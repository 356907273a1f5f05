"""Checks the parts of a guideline that are about time: interval or steps, anchors, window. Never raises."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, TypeGuard

from journeys.care.guidelines.content import PICKS
from journeys.criteria.check import problems as rule_problems
from journeys.criteria.check import unknown_keys
from journeys.criteria.dates import Span, shifted
from journeys.criteria.fields import RECORDS
from journeys.criteria.known import Known
from journeys.criteria.moments import DATES, date_problems, fact_problems, span_problems
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

SOME_DAY = dt.date(2026, 1, 1)
"""Spans are compared from it: which of two is longer does not depend on the day for any that people write."""

ANCHOR_KEYS = ["field", "happened", "where", "pick", "date", "plus", "wins"]
MOST_STEPS = 60


def interval_problems(content: Mapping[str, Any]) -> Iterator[Problem]:
    """An interval or steps, not both; longer than nothing; steps in order."""
    has_steps = "steps" in content
    if has_steps == ("interval" in content):
        yield Problem("interval", N_("Write either an interval or steps"))
    if "interval" in content:
        yield from positive_problems(content["interval"], "interval")
    if has_steps:
        yield from steps_problems(content["steps"])
    if "make_up" in content and (not has_steps or not isinstance(content["make_up"], bool)):
        yield Problem("make_up", N_("Only true or false is possible here, and only beside steps"))
    if "least" in content:
        yield from positive_problems(content["least"], "least")
        if content.get("make_up") is not True:
            yield Problem("least", N_("Only where each step missed has to be made up for"))
    for place, tier in enumerate(content["tiers"] if isinstance(content.get("tiers"), list) else []):
        if isinstance(tier, dict) and "interval" in tier:
            where = f"tiers.{place}.interval"
            yield from positive_problems(tier["interval"], where)
            if has_steps:
                yield Problem(where, N_("Where there are steps no tier has an interval"))


def steps_problems(steps: Any) -> Iterator[Problem]:
    """Spans from the start, each longer than the one before."""
    if not isinstance(steps, list) or not 0 < len(steps) <= MOST_STEPS:
        yield Problem("steps", N_("Write a list of spans, at most %(most)s"), {"most": MOST_STEPS})
        return
    found = [each for place, step in enumerate(steps) for each in span_problems(step, f"steps.{place}", negative=False)]
    yield from found
    if not found:
        days = [shifted(SOME_DAY, step) for step in steps]
        for place in range(1, len(days)):
            if days[place] <= days[place - 1]:
                yield Problem(f"steps.{place}", N_("Each step comes after the one before it"))


def steps_apart_problems(content: Mapping[str, Any], soon: Span) -> Iterator[Problem]:
    """A visit on one step's day is not in the next one's window; doses that are counted may lie closer."""
    steps = content["steps"]
    if content.get("make_up") or not isinstance(steps, list) or list(steps_problems(steps)):
        return
    days = [shifted(SOME_DAY, step) for step in steps]
    if any(shifted(later, soon, -1) <= day for day, later in pairwise(days)):
        yield Problem("window.soon", N_("A step would be soon due before the one before it: steps lie further apart"))


def positive_problems(span: Any, where: str) -> Iterator[Problem]:
    """A span that is longer than nothing."""
    found = list(span_problems(span, where, negative=False))
    yield from found
    if not found and not any(span.values()):
        yield Problem(where, N_("The interval must be longer than nothing"))


def window_problems(content: Mapping[str, Any]) -> Iterator[Problem]:
    """How long before it is soon due, how long after overdue; never soon due again the day it was satisfied."""
    window = content.get("window")
    if not isinstance(window, dict):
        yield Problem("window", N_("Write how long before the date it is soon due, and how long after it is overdue"))
        return
    yield from unknown_keys(window, "window", ["soon", "overdue"])
    found = []
    for name in ("soon", "overdue"):
        found += list(span_problems(window.get(name), f"window.{name}", negative=False))
    yield from found
    if found:
        return
    if "steps" in content:
        yield from steps_apart_problems(content, window["soon"])
        return
    tiers = content["tiers"] if isinstance(content.get("tiers"), list) else []
    written = [content.get("interval"), *[each.get("interval") for each in tiers if isinstance(each, dict)]]
    soon = shifted(SOME_DAY, window["soon"])
    if any(is_positive(each) and soon >= shifted(SOME_DAY, each) for each in written):
        yield Problem("window.soon", N_("It would be soon due again at once: the interval must be longer than this"))


def is_positive(span: Any) -> TypeGuard[Span]:
    """Whether something can be read as a span that is longer than nothing."""
    return isinstance(span, dict) and not list(positive_problems(span, ""))


def anchors_problems(anchors: Any, has_steps: bool, known: Known) -> Iterator[Problem]:
    """Where counting starts; steps count from somewhere."""
    if not isinstance(anchors, list) or (has_steps and not anchors):
        yield Problem("anchors", N_("Write a list of what it counts from"))
        return
    for place, anchor in enumerate(anchors):
        where = f"anchors.{place}"
        if not isinstance(anchor, dict) or ("field" in anchor) == ("happened" in anchor):
            yield Problem(where, N_("Write exactly one of: %(choices)s"), {"choices": "field, happened"})
            continue
        yield from unknown_keys(anchor, where, ANCHOR_KEYS)
        yield from anchor_problems(anchor, where, known)
        if "plus" in anchor:
            yield from span_problems(anchor["plus"], f"{where}.plus", negative=True)
        if not isinstance(anchor.get("wins", False), bool):
            yield Problem(f"{where}.wins", N_("Only true or false is possible here"))


def anchor_problems(anchor: Mapping[str, Any], where: str, known: Known) -> Iterator[Problem]:
    """A date of the patient, or one of a record."""
    if "field" in anchor:
        yield from fact_problems(anchor["field"], f"{where}.field", known)
        for key in ("where", "pick", "date"):
            if key in anchor:
                yield Problem(f"{where}.{key}", N_("Only a record has this"))
        return
    yield from rule_problems({"happened": anchor["happened"], "where": anchor.get("where", [])}, where, known)
    if anchor.get("pick", "last") not in PICKS:
        yield Problem(f"{where}.pick", N_("Write exactly one of: %(choices)s"), {"choices": ", ".join(PICKS)})
    record = RECORDS.get(anchor["happened"]) if isinstance(anchor["happened"], str) else None
    name = anchor.get("date", "date")
    attribute = None if record is None else known.attribute(record, name)
    if record is not None and (attribute is None or attribute.kind not in DATES):
        dates = [each for each, attribute in known.attributes(record).items() if attribute.kind in DATES]
        data = {"record": record.name, "choices": ", ".join(["date", *dates])}
        yield Problem(f"{where}.date", N_("The record %(record)s has no such date; possible are: %(choices)s"), data)


def day_problems(value: Any, where: str) -> Iterator[Problem]:
    """A day written out."""
    yield from date_problems(value, where)
