"""The merge language of templates: text with places that are filled for each patient, and nothing else.

    Hello {{patient.given_name | default:"there"}}

A place names one field of a closed catalogue and may say what stands there when the patient's record has no value. No
loops, no conditions, no access to anything else: so it can be proved, before publishing, what a text can reveal and how
long it can get.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

PLACE = re.compile(r"\{\{(?P<inside>[^{}]*)\}\}")
INSIDE = re.compile(r'\s*(?P<field>[a-z_]+(?:\.[a-z0-9_-]+)*)\s*(?:\|\s*default\s*:\s*"(?P<default>[^"]*)"\s*)?')


@dataclass(frozen=True)
class Place:
    """A place of a text: the field that fills it, and what stands there without a value (None: nothing may)."""

    field: str
    default: str | None


Text = tuple[str | Place, ...]
"""A text taken apart: what stands there as it is, and the places between."""


class Unresolved(Exception):
    """A place has neither a value nor a default; the text says which field, never whose."""


def parse(text: str) -> Text:
    """Take a text apart; one that is wrongly written is the business of `problems`, and stays as it is here."""
    parts: list[str | Place] = []
    end = 0
    for found in PLACE.finditer(text):
        inside = INSIDE.fullmatch(found["inside"])
        if inside is None:
            continue
        parts += [text[end : found.start()], Place(inside["field"], inside["default"])]
        end = found.end()
    return (*parts, text[end:])


def problems(text: str, where: str) -> list[Problem]:
    """What is wrongly written: places that cannot be read, and braces that open or close nothing."""
    found = [
        Problem(
            where,
            N_('Write a place as {{field}} or {{field | default:"text"}}, not as %(written)s'),
            {"written": place.group()},
        )
        for place in PLACE.finditer(text)
        if INSIDE.fullmatch(place["inside"]) is None
    ]
    rest = PLACE.sub("", text)
    if "{{" in rest or "}}" in rest:
        found.append(Problem(where, N_("A place is opened with {{ and closed with }}; one of them is missing")))
    return found


def places(text: Text) -> Iterator[Place]:
    """The places of a text, in order."""
    return (part for part in text if isinstance(part, Place))


def fill(text: Text, values: Mapping[str, str | None]) -> str:
    """The text with its places filled; Unresolved when one stays empty. An empty value counts as none."""
    filled = []
    for part in text:
        if isinstance(part, str):
            filled.append(part)
            continue
        value = values.get(part.field) or part.default
        if value is None:
            raise Unresolved(part.field)
        filled.append(value)
    return "".join(filled)
