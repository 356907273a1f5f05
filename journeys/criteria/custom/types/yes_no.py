"""Yes or no."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.types.base import Columns, FieldType
from journeys.criteria.kinds import YES_NO
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_, in_language

YES = {"en": "yes", "es": "sí"}
NO = {"en": "no", "es": "no"}
"""As messages to patients say it; the portal has its own words."""

MEANINGS = {"yes": True, "true": True, "1": True, "y": True, "sí": True, "si": True}
MEANINGS.update({"no": False, "false": False, "0": False, "n": False})


class YesNo(FieldType):
    """Yes or no; where nothing is recorded it is neither."""

    label = N_("Yes or no")
    kind = YES_NO

    def problems(self, field: CustomField, value: Any, where: str) -> Iterator[Problem]:
        """True or false, nothing that only looks like it."""
        if not isinstance(value, bool):
            yield Problem(where, N_("Choose yes or no"))

    def rows(self, field: CustomField, value: Any) -> list[Columns]:
        """The flag."""
        return [{"value_flag": value}]

    def value(self, rows: Sequence[Mapping[str, Any]]) -> bool:
        """The flag."""
        return bool(rows[0]["value_flag"])

    def shown(self, field: CustomField, value: Any, language: str, names: Mapping[str, str]) -> str:
        """Yes or no in the language."""
        return in_language(YES if value else NO, language)

    def as_text(self, field: CustomField, value: Any) -> str:
        """Yes or no."""
        return "yes" if value else "no"

    def from_text(self, field: CustomField, text: str) -> Any:
        """What the usual words for yes and no mean."""
        return MEANINGS.get(text.strip().casefold(), text)
