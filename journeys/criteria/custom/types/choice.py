"""One of several choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from journeys.criteria.custom.content import Content, CustomField
from journeys.criteria.custom.types.base import Columns, FieldType, choices_problems, code_of
from journeys.criteria.kinds import CODE
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_, in_language


class Choice(FieldType):
    """One of the choices that the field lists, kept as its code."""

    label = N_("One of several choices")
    kind = CODE
    keys = ("choices",)

    def definition_problems(self, content: Content, where: str) -> Iterator[Problem]:
        """Choices with codes and names."""
        yield from choices_problems(content.get("choices"), f"{where}choices")

    def problems(self, field: CustomField, value: Any, where: str) -> Iterator[Problem]:
        """One of the codes."""
        if not isinstance(value, str) or value not in field.choices:
            yield Problem(where, N_("Choose one of: %(choices)s"), {"choices": ", ".join(field.choices)})

    def rows(self, field: CustomField, value: Any) -> list[Columns]:
        """The code."""
        return [{"value_code": value}]

    def value(self, rows: Sequence[Mapping[str, Any]]) -> str:
        """The code."""
        return str(rows[0]["value_code"])

    def shown(self, field: CustomField, value: Any, language: str, names: Mapping[str, str]) -> str:
        """The name of the choice; the code of one that is no longer there."""
        return in_language(field.choices.get(value) or {language: str(value)}, language)

    def as_text(self, field: CustomField, value: Any) -> str:
        """The code."""
        return str(value)

    def from_text(self, field: CustomField, text: str) -> str:
        """The code of the choice that the text names."""
        return code_of(field, text)
