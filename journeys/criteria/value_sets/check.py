"""Finds everything that is wrong in the content of a value set, each with its dotted place. Never raises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from journeys.criteria.check import unknown_keys
from journeys.criteria.publish_segment import text_problems
from journeys.criteria.value_sets.systems import is_absolute, listed
from journeys.criteria.values import MOST_TEXT, UNWRITABLE
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

FORMAT = 1
MOST_CODES = 50_000
MOST_DISPLAY = 1_000
MOST_SHOWN = 100
"""Problems of codes that are listed one by one; of a list that is wrong throughout the rest is only counted."""

KEYS = ["format", "name", "description", "url", "version", "codes"]
CODE_KEYS = ["system", "code", "display"]


def value_set_problems(content: Mapping[str, Any]) -> list[Problem]:
    """All problems of a value set, in reading order; empty when it can be published."""
    found = list(unknown_keys(content, "", KEYS))
    if content.get("format") != FORMAT:
        found.append(Problem("format", N_("The format must be %(format)s"), {"format": FORMAT}))
    found.extend(text_problems(content.get("name"), "name", is_needed=True))
    found.extend(text_problems(content.get("description"), "description", is_needed=False))
    for key in ("url", "version"):
        found.extend(label_problems(content.get(key), key))
    found.extend(codes_problems(content.get("codes")))
    return found


def label_problems(value: Any, where: str) -> Iterator[Problem]:
    """A short text that may be missing; `url` is a URI."""
    if value is None:
        return
    if not is_text(value, MOST_TEXT):
        yield Problem(where, N_("Write a text of 1 to %(most)s characters"), {"most": MOST_TEXT})
    elif where == "url" and not is_absolute(value):
        yield Problem(where, N_("Write a whole address, for example https://example.org/value-sets/asthma"))


def codes_problems(codes: Any) -> list[Problem]:
    """Problems of the list of codes: none, too many, wrong ones, the same twice."""
    if not isinstance(codes, list) or not codes:
        return [Problem("codes", N_("A value set needs at least one code"))]
    if len(codes) > MOST_CODES:
        data = {"count": len(codes), "most": MOST_CODES}
        return [Problem("codes", N_("The list has %(count)s codes, at most %(most)s are possible"), data)]
    found: list[Problem] = []
    seen: dict[tuple[Any, str], int] = {}
    for place, code in enumerate(codes):
        problems = list(code_problems(code, f"codes.{place}"))
        if not problems:
            problems = list(repeated(code, place, seen))
        found.extend(problems)
    return shortened(found, "codes")


def shortened(found: list[Problem], where: str) -> list[Problem]:
    """The first problems of a long list, and how many more there are."""
    if len(found) <= MOST_SHOWN:
        return found
    more = Problem(where, N_("There are %(count)s more lines like these"), {"count": len(found) - MOST_SHOWN})
    return [*found[:MOST_SHOWN], more]


def code_problems(code: Any, where: str) -> Iterator[Problem]:
    """Problems of one code by itself."""
    if not isinstance(code, dict):
        yield Problem(where, N_("Write a code with its system"))
        return
    yield from unknown_keys(code, where, CODE_KEYS)
    written = code.get("code")
    if not is_text(written, MOST_TEXT):
        yield Problem(f"{where}.code", N_("Write a text of 1 to %(most)s characters"), {"most": MOST_TEXT})
    elif str(written) != str(written).strip():
        yield Problem(f"{where}.code", N_("The code %(code)s has spaces around it"), {"code": written})
    if code.get("display") is not None and not is_text(code["display"], MOST_DISPLAY):
        yield Problem(f"{where}.display", N_("Write a text of 1 to %(most)s characters"), {"most": MOST_DISPLAY})
    if code.get("system") is not None:
        yield from system_problems(code["system"], f"{where}.system")


def system_problems(system: Any, where: str) -> Iterator[Problem]:
    """A known code system under its own URI, or another one under an absolute URI."""
    if not isinstance(system, str) or not system.strip():
        yield Problem(where, N_("Write the address of the code system, or leave it out for any system"))
        return
    known = listed(system)
    if known is not None and known != system:
        data = {"written": system[:MOST_TEXT], "known": known}
        yield Problem(where, N_("Write %(known)s instead of %(written)s: that is how records name it"), data)
    elif known is None and not is_absolute(system):
        data = {"system": system[:MOST_TEXT]}
        says = N_(
            "%(system)s is no code system that is known here; write its whole address,"
            " for example http://snomed.info/sct or urn:oid:2.16.840.1.113883.6.96"
        )
        yield Problem(where, says, data)


def repeated(code: Mapping[str, Any], place: int, seen: dict[tuple[Any, str], int]) -> Iterator[Problem]:
    """A code of one system stands in the list once."""
    key = (code.get("system"), code["code"])
    first = seen.setdefault(key, place)
    if first != place:
        data = {"code": code["code"], "line": first + 1}
        yield Problem(f"codes.{place}", N_("The code %(code)s stands in line %(line)s already"), data)


def is_text(value: Any, most: int) -> bool:
    """Whether a value is a text that can be kept."""
    return isinstance(value, str) and bool(value.strip()) and len(value) <= most and not UNWRITABLE.search(value)
