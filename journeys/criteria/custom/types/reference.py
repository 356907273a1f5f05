"""Somebody or some place of the clinic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from journeys.criteria.custom.content import Content, CustomField
from journeys.criteria.custom.types.base import Columns, FieldType
from journeys.criteria.kinds import CODE
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

TARGETS = {
    "practitioner": N_("member of staff"),
    "location": N_("branch"),
    "organization": N_("organization"),
    "service-line": N_("service line"),
}
"""What can be named: branches and service lines by slug, staff and organizations by uid."""

MOST_CHARACTERS = 64


class Reference(FieldType):
    """A member of staff, a branch, an organization or a service line, kept as its slug or uid."""

    label = N_("Staff or place")
    kind = CODE
    keys = ("of",)
    can_be_in_table = False

    def definition_problems(self, content: Content, where: str) -> Iterator[Problem]:
        """What is named."""
        if content.get("of") not in TARGETS:
            yield Problem(f"{where}of", N_("Choose one of: %(choices)s"), {"choices": ", ".join(TARGETS)})

    def problems(self, field: CustomField, value: Any, where: str) -> Iterator[Problem]:
        """A slug or uid; whether there is such a thing is asked of the database, for all values at once."""
        if not isinstance(value, str) or not value or len(value) > MOST_CHARACTERS or not value.isascii():
            yield Problem(where, N_("Choose one of the list"))

    def rows(self, field: CustomField, value: Any) -> list[Columns]:
        """The slug or uid."""
        return [{"value_code": value}]

    def value(self, rows: Sequence[Mapping[str, Any]]) -> str:
        """The slug or uid."""
        return str(rows[0]["value_code"])

    def shown(self, field: CustomField, value: Any, language: str, names: Mapping[str, str]) -> str:
        """The name; the slug or uid where it is not known."""
        return names.get(value, str(value))

    def as_text(self, field: CustomField, value: Any) -> str:
        """The slug or uid."""
        return str(value)

    def from_text(self, field: CustomField, text: str) -> str:
        """The slug or uid."""
        return text.strip()
