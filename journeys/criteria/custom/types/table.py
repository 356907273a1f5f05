"""Several rows of several columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from journeys.criteria.custom.content import Content, CustomField
from journeys.criteria.custom.types.base import Columns, FieldType
from journeys.criteria.kinds import TEXT
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

MOST_COLUMNS = 20
MOST_ROWS = 200


class Table(FieldType):
    """A list of rows, each with the columns that the field names. It is kept sealed, like a text."""

    label = N_("Table")
    kind = TEXT
    keys = ("columns",)
    can_be_in_table = False

    def definition_problems(self, content: Content, where: str) -> Iterator[Problem]:
        """Columns within the limit; each is judged by the check, as a field of its own."""
        columns = content.get("columns")
        if not isinstance(columns, list) or not columns:
            yield Problem(f"{where}columns", N_("Write at least one column"))
        elif len(columns) > MOST_COLUMNS:
            yield Problem(f"{where}columns", N_("At most %(most)s columns are possible"), {"most": MOST_COLUMNS})

    def problems(self, field: CustomField, value: Any, where: str) -> Iterator[Problem]:
        """Rows that hold named values of the table's columns, at least one each; the cells are judged elsewhere."""
        if not isinstance(value, list) or not value or not all(isinstance(row, dict) and row for row in value):
            yield Problem(where, N_("Write at least one row with at least one value"))
        elif len(value) > MOST_ROWS:
            yield Problem(where, N_("At most %(most)s rows are possible"), {"most": MOST_ROWS})
        else:
            known = {column.slug for column in field.columns}
            for place, row in enumerate(value):
                if not row.keys() <= known:
                    choices = {"choices": ", ".join(sorted(known))}
                    yield Problem(f"{where}.{place}", N_("The columns are: %(choices)s"), choices)

    def rows(self, field: CustomField, value: Any) -> list[Columns]:
        """The whole table as JSON."""
        return [{"value": orjson.dumps(value).decode()}]

    def value(self, rows: Sequence[Mapping[str, Any]]) -> Any:
        """The rows."""
        return orjson.loads(rows[0]["value"])

    def shown(self, field: CustomField, value: Any, language: str, names: Mapping[str, str]) -> str:
        """How many rows it has; a table is shown as one, not in a line."""
        return str(len(value))

    def as_text(self, field: CustomField, value: Any) -> None:
        """A table cannot be written as one text."""
        return

    def from_text(self, field: CustomField, text: str) -> str:
        """A text is no table."""
        return text
