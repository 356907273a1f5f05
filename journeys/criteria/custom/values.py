"""Judges and reads values of any type: what `types/` says of a field, tables with their cells, text that means one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.types import TYPES, type_of
from journeys.foundation.errors import Problem
from journeys.store.custom_values import MANY

TABLE = "table"


def value_problems(field: CustomField, value: Any, where: str) -> Iterator[Problem]:
    """Everything wrong with a value that somebody gives, but whether what a reference names is there."""
    found = list(type_of(field).problems(field, value, where))
    yield from found
    if field.type == TABLE and not found:
        columns = {column.slug: column for column in field.columns}
        for place, row in enumerate(value):
            for slug, cell in row.items():
                if cell is not None:
                    yield from type_of(columns[slug]).problems(columns[slug], cell, f"{where}.{place}.{slug}")


def is_nothing(field: CustomField, value: Any) -> bool:
    """Whether a given value takes the recorded one away: None, an empty text or list."""
    return value is None or (value == "" and field.type != TABLE) or (value == [] and field.type in {MANY, TABLE})


def normal(field: CustomField, value: Any) -> Any:
    """A valid value as it is read back: what was stored, read again."""
    kind = type_of(field)
    return kind.value(kind.rows(field, value))


def is_same(first: Any, second: Any) -> bool:
    """Whether two plain values are equal; true is not 1."""
    return type(first) is type(second) and first == second


def converted(old: CustomField, new: CustomField, value: Any) -> Any:
    """The plain value of another type that a value means; None when its type cannot say it in words.

    What comes out is to be judged by `value_problems`, like everything that somebody gives.
    """
    text = type_of(old).as_text(old, value)
    return None if text is None else TYPES[new.type].from_text(new, text)


def shown_cells(field: CustomField, value: Any, language: str, names: Mapping[str, str]) -> list[dict[str, str]]:
    """The rows of a table in words, cell by cell."""
    columns = {column.slug: column for column in field.columns}
    return [
        {
            slug: type_of(columns[slug]).shown(columns[slug], cell, language, names)
            for slug, cell in row.items()
            if slug in columns and cell is not None
        }
        for row in value
    ]
