"""What a file in this folder defines: a `FieldType`, one way to keep and to read the values of a field.

A type judges what a field's content says for it (`definition_problems`) and what a person gives (`problems`), turns
plain values into columns and back, puts them into words, and reads and writes them as text, which is how values move
from one type to another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from journeys.criteria.custom.content import Content, CustomField
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""A code of a choice: it stands in rules and columns, so it is short and plain."""

MOST_CHOICES = 500
MOST_NAME = 200
UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
"""Characters that PostgreSQL cannot keep in a text."""

Columns = dict[str, Any]
"""The typed columns of one row; `value` is the text that is sealed for `value_sealed`."""


class FieldType:
    """One type; `kind` is what rules compare it as, `keys` are the parts of a field's content that it alone knows."""

    name: ClassVar[str]
    label: ClassVar[str]
    kind: ClassVar[str]
    keys: ClassVar[tuple[str, ...]] = ()
    can_be_in_table: ClassVar[bool] = True

    def definition_problems(self, content: Content, where: str) -> Iterator[Problem]:
        """What is wrong with the keys of this type; `where` is the content's place, with its dot, or empty."""
        yield from ()

    def problems(self, field: CustomField, value: Any, where: str) -> Iterator[Problem]:
        """What is wrong with a value that somebody gives; None, which takes a value away, is never given here."""
        raise NotImplementedError

    def rows(self, field: CustomField, value: Any) -> list[Columns]:
        """The rows that hold a valid value."""
        raise NotImplementedError

    def value(self, rows: Sequence[Mapping[str, Any]]) -> Any:
        """The plain value of the rows of one record, each with its columns; there is at least one."""
        raise NotImplementedError

    def shown(self, field: CustomField, value: Any, language: str, names: Mapping[str, str]) -> str:
        """A value in words of a language; `names` are those of what references name."""
        raise NotImplementedError

    def as_text(self, field: CustomField, value: Any) -> str | None:
        """A value as text that `from_text` of this and other types may read; None when it cannot be written so."""
        raise NotImplementedError

    def from_text(self, field: CustomField, text: str) -> Any:
        """The value that a text means, judged by `problems` afterwards; the text itself when it means none."""
        raise NotImplementedError


def choices_problems(choices: Any, where: str) -> Iterator[Problem]:
    """What is wrong with a list of choices."""
    if not isinstance(choices, list) or not choices:
        yield Problem(where, N_("Write at least one choice"))
        return
    if len(choices) > MOST_CHOICES:
        data = {"count": len(choices), "most": MOST_CHOICES}
        yield Problem(where, N_("The list has %(count)s values, at most %(most)s are possible"), data)
        return
    seen: set[str] = set()
    for place, choice in enumerate(choices):
        at = f"{where}.{place}"
        if not isinstance(choice, dict) or not choice.keys() <= {"code", "name"}:
            yield Problem(at, N_("A choice has a code and a name"))
            continue
        code = choice.get("code")
        if not isinstance(code, str) or CODE.fullmatch(code) is None:
            yield Problem(f"{at}.code", N_("Write letters, digits, hyphens, dots and underscores, for example never"))
        elif code in seen:
            yield Problem(f"{at}.code", N_("%(code)s stands here twice"), {"code": code})
        else:
            seen.add(code)
        yield from name_problems(choice.get("name"), f"{at}.name")


def name_problems(texts: Any, where: str) -> Iterator[Problem]:
    """A name is a short text in at least one language."""
    if not isinstance(texts, dict) or not texts:
        yield Problem(where, N_("Write a text for at least one language"))
        return
    for language, text in texts.items():
        if not isinstance(text, str) or not text.strip() or len(text) > MOST_NAME or UNWRITABLE.search(text):
            yield Problem(f"{where}.{language}", N_("Write a text of 1 to %(most)s characters"), {"most": MOST_NAME})


def is_whole(value: Any, least: int, most: int) -> bool:
    """Whether a value is a whole number between two others; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def code_of(field: CustomField, text: str) -> str:
    """The code of the choice that a text names by code or by name, in any language and case; else the text."""
    if text in field.choices:
        return text
    wanted = text.strip().casefold()
    for code, names in field.choices.items():
        if wanted == code.casefold() or wanted in {name.strip().casefold() for name in names.values()}:
            return code
    return text
