"""Any number of several choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from journeys.criteria.custom.content import Content, CustomField
from journeys.criteria.custom.types.base import Columns, FieldType, choices_problems, code_of
from journeys.criteria.kinds import CODES
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_, in_language


class ManyChoices(FieldType):
    """Several of the choices that the field lists; none chosen is the same as nothing recorded."""

    label = N_("Several of several choices")
    kind = CODES
    keys = ("choices",)
    can_be_in_table = False

    def definition_problems(self, content: Content, where: str) -> Iterator[Problem]:
        """Choices with codes and names."""
        yield from choices_problems(content.get("choices"), f"{where}choices")

    def problems(self, field: CustomField, value: Any, where: str) -> Iterator[Problem]:
        """A list of the codes, none twice."""
        choices = field.choices
        if not isinstance(value, list) or len(value) > len(choices) or not all(isinstance(each, str) for each in value):
            yield Problem(where, N_("Choose only from the list"))
        elif not set(value) <= choices.keys() or len(set(value)) < len(value):
            yield Problem(where, N_("Choose some of: %(choices)s"), {"choices": ", ".join(choices)})

    def rows(self, field: CustomField, value: Any) -> list[Columns]:
        """One row a code."""
        return [{"value_code": code} for code in value]

    def value(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """The codes by the alphabet."""
        return sorted(row["value_code"] for row in rows)

    def shown(self, field: CustomField, value: Any, language: str, names: Mapping[str, str]) -> str:
        """The names of the choices, in the order of the field."""
        choices = field.choices
        listed = [*(code for code in choices if code in value), *(code for code in value if code not in choices)]
        return ", ".join(in_language(choices.get(code) or {language: code}, language) for code in listed)

    def as_text(self, field: CustomField, value: Any) -> str:
        """The codes, with commas between."""
        return ", ".join(value)

    def from_text(self, field: CustomField, text: str) -> list[str]:
        """The codes of the choices that stand between commas."""
        parts = [part.strip() for part in text.split(",")]
        return list(dict.fromkeys(code_of(field, part) for part in parts if part))
