"""Finds everything that is wrong in a guideline, each with its dotted place. Never raises, whatever it is given."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from journeys.care.guidelines.check_dates import anchors_problems, day_problems, interval_problems, window_problems
from journeys.care.guidelines.content import FORMAT, SEVERITIES
from journeys.criteria.check import problems as rule_problems
from journeys.criteria.check import unknown_keys
from journeys.criteria.known import Known
from journeys.criteria.publish_segment import text_problems
from journeys.criteria.what_is_due import guideline_asks
from journeys.foundation.errors import Problem
from journeys.foundation.ids import is_slug
from journeys.foundation.words import N_

KEYS = [
    "format",
    "name",
    "description",
    "population",
    "exclusions",
    "satisfied_by",
    "interval",
    "steps",
    "make_up",
    "least",
    "anchors",
    "tiers",
    "window",
    "booked",
    "severity",
    "owner",
    "supplies",
    "source",
    "review_on",
    "approval",
]
MOST_PARTS = 50
MOST_QUANTITY = 10_000
UNKNOWN_QUEUE = N_("There is no queue %(queue)s")

Look = Callable[[Any, str], Iterator[Problem]]


@dataclass(frozen=True)
class Around:
    """What a guideline may name: rules, the queues in use, and roles (None where they cannot be asked)."""

    known: Known
    queues: Collection[str] = ()
    roles: Collection[str] | None = None


def guideline_problems(content: Mapping[str, Any], around: Around) -> list[Problem]:
    """All problems of a guideline's content; empty when it can be put in force."""
    found = list(unknown_keys(content, "", KEYS))
    if content.get("format") != FORMAT:
        found.append(Problem("format", N_("The format must be %(format)s"), {"format": FORMAT}))
    found.extend(text_problems(content.get("name"), "name", is_needed=True))
    found.extend(text_problems(content.get("description"), "description", is_needed=False))
    if "population" in content:
        found.extend(rule_problems(content["population"], "population", around.known))
    else:
        found.append(Problem("population", N_("A guideline needs a population: a rule for whom it is")))
    found.extend(satisfied_problems(content.get("satisfied_by"), around))
    found.extend(parts_problems(content, around))
    found.extend(interval_problems(content))
    found.extend(anchors_problems(content.get("anchors", []), bool(content.get("steps")), around.known))
    found.extend(window_problems(content))
    found.extend(one_of_problems(content.get("severity", SEVERITIES[1]), "severity", SEVERITIES))
    found.extend(booked_problems(content, around))
    found.extend(owner_problems(content.get("owner"), "owner", around))
    found.extend(evidence_problems(content))
    # only in what is valid: it is looked through as deep as it goes
    return found or list(guideline_asks(content, around.known))


def satisfied_problems(written: Any, around: Around) -> Iterator[Problem]:
    """Dated records, at least one kind."""
    if not isinstance(written, list) or not written or len(written) > MOST_PARTS:
        yield Problem("satisfied_by", N_("Write a list of the records that satisfy it"))
        return
    for place, each in enumerate(written):
        where = f"satisfied_by.{place}"
        if not isinstance(each, dict) or "happened" not in each:
            yield Problem(where, N_("Write a kind of record and the conditions on it"))
            continue
        yield from unknown_keys(each, where, ["happened", "where", "window", "also"])
        if not each.keys() - {"happened", "where", "window", "also"}:
            yield from rule_problems(each, where, around.known)


def parts_problems(content: Mapping[str, Any], around: Around) -> Iterator[Problem]:
    """The lists of named parts: exclusions, tiers, supplies."""

    def exclusion(each: Any, where: str) -> Iterator[Problem]:
        yield from named_rule_problems(each, where, ["name", "rule"], around)

    def tier(each: Any, where: str) -> Iterator[Problem]:
        yield from named_rule_problems(each, where, ["name", "rule", "interval", "severity"], around)
        if "severity" in each:
            yield from one_of_problems(each["severity"], f"{where}.severity", SEVERITIES)

    yield from each_of(content.get("exclusions", []), "exclusions", exclusion)
    yield from each_of(content.get("tiers", []), "tiers", tier)
    yield from each_of(content.get("supplies", []), "supplies", supply_problems)


def each_of(parts: Any, where: str, look: Look) -> Iterator[Problem]:
    """Problems of each part of a list of named values."""
    if not isinstance(parts, list) or len(parts) > MOST_PARTS:
        yield Problem(where, N_("Write a list with at most %(most)s parts"), {"most": MOST_PARTS})
        return
    for place, each in enumerate(parts):
        if isinstance(each, dict):
            yield from look(each, f"{where}.{place}")
        else:
            yield Problem(f"{where}.{place}", N_("Write names with their values"))


def named_rule_problems(each: Mapping[str, Any], where: str, keys: list[str], around: Around) -> Iterator[Problem]:
    """A rule that people call something."""
    yield from unknown_keys(each, where, keys)
    yield from text_problems(each.get("name"), f"{where}.name", is_needed=True)
    yield from rule_problems(each.get("rule"), f"{where}.rule", around.known)


def supply_problems(each: Mapping[str, Any], where: str) -> Iterator[Problem]:
    """An item and how many of it one visit needs."""
    yield from unknown_keys(each, where, ["item", "quantity"])
    if not isinstance(each.get("item"), str) or not is_slug(each["item"]):
        yield Problem(f"{where}.item", N_("Write the short name of an item"))
    number = each.get("quantity", 1)
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= MOST_QUANTITY:
        data = {"least": 1, "most": MOST_QUANTITY}
        yield Problem(f"{where}.quantity", N_("Write a whole number between %(least)s and %(most)s"), data)


def owner_problems(owner: Any, where: str, around: Around) -> Iterator[Problem]:
    """Somebody owns it: a role and a queue that are there. Without an owner nobody would see what is overdue."""
    if not isinstance(owner, dict):
        yield Problem(where, N_("Write the role and the queue that own it"))
        return
    yield from unknown_keys(owner, where, ["role", "queue"])
    role, queue = owner.get("role"), owner.get("queue")
    if not isinstance(role, str) or not role:
        yield Problem(f"{where}.role", N_("Write the role that owns it"))
    elif around.roles is not None and role not in around.roles:
        yield Problem(f"{where}.role", N_("There is no role %(role)s"), {"role": role})
    if not isinstance(queue, str) or not queue:
        yield Problem(f"{where}.queue", N_("Write the queue that owns it"))
    elif queue not in around.queues:
        yield Problem(f"{where}.queue", UNKNOWN_QUEUE, {"queue": queue})


def booked_problems(content: Mapping[str, Any], around: Around) -> Iterator[Problem]:
    """Which appointments mean that nobody has to do anything, and how far ahead."""
    if "booked" not in content:
        return
    booked = content["booked"]
    if not isinstance(booked, dict):
        yield Problem("booked", N_("Write conditions on an appointment and within which span it lies"))
        return
    yield from unknown_keys(booked, "booked", ["where", "within"])
    rule = {"happened": "appointment", "where": booked.get("where", []), "window": {"next": booked.get("within")}}
    for problem in rule_problems(rule, "booked", around.known):
        yield Problem(problem.where.replace("booked.window.next", "booked.within"), problem.says, problem.data)


def evidence_problems(content: Mapping[str, Any]) -> Iterator[Problem]:
    """Where it comes from, when it is looked at again, who approved of it."""
    source = content.get("source")
    if not isinstance(source, str) or not source.strip():
        yield Problem("source", N_("Write where the guideline comes from"))
    if "review_on" in content:
        yield from day_problems(content["review_on"], "review_on")
    approval = content.get("approval")
    if approval is None:
        return
    if not isinstance(approval, dict):
        yield Problem("approval", N_("Write who approved of it, and on which day"))
        return
    yield from unknown_keys(approval, "approval", ["by", "on"])
    if not isinstance(approval.get("by"), str) or not approval["by"].strip():
        yield Problem("approval.by", N_("Write who approved of it"))
    yield from day_problems(approval.get("on"), "approval.on")


def one_of_problems(value: Any, where: str, choices: Collection[str]) -> Iterator[Problem]:
    """One of a few words."""
    if not isinstance(value, str) or value not in choices:
        yield Problem(where, N_("Write exactly one of: %(choices)s"), {"choices": ", ".join(choices)})
