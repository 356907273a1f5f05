"""Words that staff or patients write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from journeys.criteria.custom.content import Content, CustomField
from journeys.criteria.custom.patterns import fits, pattern_problems
from journeys.criteria.custom.types.base import UNWRITABLE, Columns, FieldType, is_whole
from journeys.criteria.kinds import TEXT
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

BY_DEFAULT = 2_000
MOST_CHARACTERS = 10_000


class Text(FieldType):
    """Free text. It is kept sealed, so rules can only ask whether there is one, never what it says."""

    label = N_("Text")
    kind = TEXT
    keys = ("pattern", "most_characters")

    def definition_problems(self, content: Content, where: str) -> Iterator[Problem]:
        """How long it may be, and which form it must have."""
        most = content.get("most_characters")
        if most is not None and not is_whole(most, 1, MOST_CHARACTERS):
            data = {"least": 1, "most": MOST_CHARACTERS}
            yield Problem(f"{where}most_characters", N_("Write a whole number between %(least)s and %(most)s"), data)
        if content.get("pattern") is not None:
            yield from pattern_problems(content["pattern"], f"{where}pattern")

    def problems(self, field: CustomField, value: Any, where: str) -> Iterator[Problem]:
        """A text, not too long, of the form that is wanted."""
        most = field.content.get("most_characters") or BY_DEFAULT
        pattern = field.content.get("pattern")
        if not isinstance(value, str) or not value.strip() or UNWRITABLE.search(value):
            yield Problem(where, N_("Write a text"))
        elif len(value) > most:
            yield Problem(where, N_("At most %(most)s characters"), {"most": most})
        elif pattern and not fits(pattern, value):
            yield Problem(where, N_("This does not have the form that is expected here"))

    def rows(self, field: CustomField, value: Any) -> list[Columns]:
        """One sealed text."""
        return [{"value": value}]

    def value(self, rows: Sequence[Mapping[str, Any]]) -> str:
        """The text."""
        return str(rows[0]["value"])

    def shown(self, field: CustomField, value: Any, language: str, names: Mapping[str, str]) -> str:
        """As it was written."""
        return str(value)

    def as_text(self, field: CustomField, value: Any) -> str:
        """As it was written."""
        return str(value)

    def from_text(self, field: CustomField, text: str) -> str:
        """As it was written."""
        return text
