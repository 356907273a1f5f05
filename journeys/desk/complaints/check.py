"""What is wrong with the setting `complaints`, each thing at its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from journeys.desk.reasons.check import CHOOSE, are_texts, is_minutes, no_minutes, unknown_keys
from journeys.foundation.errors import Problem
from journeys.foundation.ids import is_slug
from journeys.foundation.words import N_

FORMAT = 1
CLOCKS = ("acknowledge_minutes", "contact_minutes", "settle_minutes")
LISTS = ("reasons", "causes", "remedies")
KEYS = ("format", "name", "queue", *CLOCKS, "silence_days", *LISTS)
CODE_KEYS = ("slug", "name", "retired")
MOST_DAYS = 90


def policy_problems(content: Mapping[str, Any]) -> Iterator[Problem]:
    """Every problem of the whole setting."""
    yield from unknown_keys(content, KEYS, "")
    if content.get("format") != FORMAT:
        yield Problem("format", CHOOSE, {"choices": FORMAT})
    queue = content.get("queue")
    if queue is not None and not (isinstance(queue, str) and is_slug(queue)):
        yield Problem("queue", N_("Write the role whose queue it goes to"))
    for key in CLOCKS:
        if not is_minutes(content.get(key)):
            yield no_minutes(key)
    days = content.get("silence_days")
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= MOST_DAYS:
        yield Problem("silence_days", N_("Give a number from %(least)s to %(most)s"), {"least": 1, "most": MOST_DAYS})
    for name in LISTS:
        yield from problems_of_list(content.get(name), name)


def problems_of_list(given: Any, place: str) -> Iterator[Problem]:
    """A list of codes with names, at least one that is still used, none twice."""
    listed = given if isinstance(given, list) else []
    codes = [each if isinstance(each, Mapping) else {} for each in listed]
    if not any(each.get("retired") is not True for each in codes):
        yield Problem(place, N_("Give at least one"))
    seen: set[Any] = set()
    for number, each in enumerate(codes):
        yield from problems_of_code(
            each, f"{place}.{number}.", (*CODE_KEYS, "harm") if place == "reasons" else CODE_KEYS
        )
        if str(each.get("slug")) in seen:
            yield Problem(f"{place}.{number}.slug", N_("There is one with this short name already"))
        seen.add(str(each.get("slug")))


def problems_of_code(said: Mapping[str, Any], place: str, known: tuple[str, ...]) -> Iterator[Problem]:
    """What is wrong with one code."""
    yield from unknown_keys(said, known, place)
    slug = said.get("slug")
    if not isinstance(slug, str) or not is_slug(slug):
        yield Problem(f"{place}slug", N_("Use lower-case letters, digits and hyphens, for example recall-due"))
    if not are_texts(said.get("name")):
        yield Problem(f"{place}name", N_("Write a name for at least one language"))
    for key in ("retired", "harm"):
        if not isinstance(said.get(key, False), bool):
            yield Problem(f"{place}{key}", CHOOSE, {"choices": "true, false"})
