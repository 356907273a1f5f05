"""What is wrong with the reasons that a clinic writes, each thing at its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from journeys.contact.channels import CHANNELS
from journeys.contact.inbound.act_on_intent import WORDS as ASKED
from journeys.contact.replies.letters import normalise
from journeys.desk.outcomes import OUTCOMES
from journeys.foundation.errors import Problem
from journeys.foundation.ids import is_slug
from journeys.foundation.words import N_
from journeys.store.tasks import PRIORITIES

FORMAT = 1
KEYS = ("format", "name", "reasons", "by_medium")
REASON_KEYS = (
    "slug",
    "name",
    "queue",
    "priority",
    "answer_minutes",
    "resolve_minutes",
    "outcomes",
    "confirm",
    "asked",
    "words",
)
MOST_MINUTES = 60 * 24 * 90
"""More is no promise."""

CHOOSE = N_("Choose one of: %(choices)s")
AT_ONCE = "stat"
"""What asks for help at once is known by itself; no reason makes it so."""


def reason_problems(content: Mapping[str, Any]) -> Iterator[Problem]:
    """Every problem of the whole setting."""
    yield from unknown_keys(content, KEYS, "")
    if content.get("format") != FORMAT:
        yield Problem("format", CHOOSE, {"choices": FORMAT})
    reasons = content.get("reasons")
    if not isinstance(reasons, list) or not reasons:
        yield Problem("reasons", N_("Give at least one reason"))
        return
    seen: set[str] = set()
    for number, reason in enumerate(reasons):
        said = reason if isinstance(reason, Mapping) else {}
        yield from problems_of(said, f"reasons.{number}.")
        if str(said.get("slug")) in seen:
            yield Problem(f"reasons.{number}.slug", N_("There is one with this short name already"))
        seen.add(str(said.get("slug")))
    yield from problems_by_medium(content.get("by_medium", {}))


def problems_of(said: Mapping[str, Any], place: str) -> Iterator[Problem]:
    """What is wrong with one reason."""
    yield from unknown_keys(said, REASON_KEYS, place)
    slug = said.get("slug")
    if not isinstance(slug, str) or not is_slug(slug):
        yield Problem(f"{place}slug", N_("Use lower-case letters, digits and hyphens, for example recall-due"))
    if not are_texts(said.get("name")):
        yield Problem(f"{place}name", N_("Write a name for at least one language"))
    queue = said.get("queue")
    if queue is not None and not (isinstance(queue, str) and is_slug(queue)):
        yield Problem(f"{place}queue", N_("Write the role whose queue it goes to"))
    priorities = [each for each in PRIORITIES if each != AT_ONCE]
    if said.get("priority", "routine") not in priorities:
        yield Problem(f"{place}priority", CHOOSE, {"choices": ", ".join(priorities)})
    for key in ("answer_minutes", "resolve_minutes"):
        if said.get(key) is not None and not is_minutes(said[key]):
            yield no_minutes(f"{place}{key}")
    if not isinstance(said.get("confirm", False), bool):
        yield Problem(f"{place}confirm", CHOOSE, {"choices": "true, false"})
    yield from problems_of_choices(said.get("outcomes", []), list(OUTCOMES), f"{place}outcomes")
    yield from problems_of_choices(said.get("asked", []), list(ASKED["tasks"]), f"{place}asked")
    yield from problems_of_words(said.get("words", {}), f"{place}words")


def problems_of_choices(given: Any, known: list[str], place: str) -> Iterator[Problem]:
    """A list holds known codes only."""
    if not isinstance(given, list) or any(each not in known for each in given):
        yield Problem(place, CHOOSE, {"choices": ", ".join(known)})


def problems_of_words(given: Any, place: str) -> Iterator[Problem]:
    """Words by language, of which something is left when signs are taken away."""
    by_language = given if isinstance(given, Mapping) else {place: None}
    for language, words in by_language.items():
        listed = words if isinstance(words, list) else [None]
        if not all(isinstance(each, str) and normalise(each) for each in listed):
            yield Problem(f"{place}.{language}" if by_language is given else place, N_("Write a list of words"))


def problems_by_medium(given: Any) -> Iterator[Problem]:
    """The minutes of a first answer, by medium."""
    media = sorted({each.speaks for each in CHANNELS.values()})
    for medium, minutes in (given if isinstance(given, Mapping) else {"": None}).items():
        if medium not in media:
            yield Problem("by_medium", CHOOSE, {"choices": ", ".join(media)})
        elif not is_minutes(minutes):
            yield no_minutes(f"by_medium.{medium}")


def no_minutes(place: str) -> Problem:
    """A promise is a number of minutes."""
    return Problem(place, N_("Give a number from %(least)s to %(most)s"), {"least": 1, "most": MOST_MINUTES})


def is_minutes(given: Any) -> bool:
    """Whether it is a number of minutes that somebody can promise."""
    return isinstance(given, int) and not isinstance(given, bool) and 1 <= given <= MOST_MINUTES


def are_texts(given: Any) -> bool:
    """Whether it says something in a language."""
    is_some = isinstance(given, Mapping) and bool(given)
    return is_some and all(isinstance(each, str) and each.strip() for each in given.values())


def unknown_keys(given: Mapping[str, Any], known: tuple[str, ...], place: str) -> Iterator[Problem]:
    """A misspelt key must not pass silently."""
    for key in given:
        if key not in known:
            says = N_("%(key)s is not known here; possible are: %(choices)s")
            yield Problem(f"{place}{key}", says, {"key": key, "choices": ", ".join(known)})
