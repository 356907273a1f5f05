"""A day of the calendar."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from babel.dates import format_date

from journeys.criteria.custom.content import Content, CustomField
from journeys.criteria.custom.types.base import Columns, FieldType
from journeys.criteria.kinds import DAY
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
FIRST_DAY = dt.date(1890, 1, 1)
LAST_DAY = dt.date(2150, 12, 31)
"""The days that rules work with."""

EXPECTED = N_("Write a date that exists as year-month-day, for example 2026-03-01")


class Date(FieldType):
    """A day, without a time: `2026-03-01`."""

    label = N_("Date")
    kind = DAY
    keys = ("minimum", "maximum")

    def definition_problems(self, content: Content, where: str) -> Iterator[Problem]:
        """Bounds that are days, in order."""
        bounds = []
        for key in ("minimum", "maximum"):
            if content.get(key) is not None:
                day = day_of(content[key])
                if day is None:
                    yield Problem(f"{where}{key}", EXPECTED)
                else:
                    bounds.append(day)
        if len(bounds) == 2 and bounds[0] > bounds[1]:
            yield Problem(f"{where}maximum", N_("The last day is before the first"))

    def problems(self, field: CustomField, value: Any, where: str) -> Iterator[Problem]:
        """A day that exists, within the bounds."""
        day = day_of(value)
        if day is None:
            yield Problem(where, EXPECTED)
            return
        least, most = day_of(field.content.get("minimum")), day_of(field.content.get("maximum"))
        if least is not None and day < least:
            yield Problem(where, N_("The first possible day is %(least)s"), {"least": least.isoformat()})
        if most is not None and day > most:
            yield Problem(where, N_("The last possible day is %(most)s"), {"most": most.isoformat()})

    def rows(self, field: CustomField, value: Any) -> list[Columns]:
        """The day."""
        return [{"value_date": day_of(value)}]

    def value(self, rows: Sequence[Mapping[str, Any]]) -> str:
        """The day as year-month-day."""
        day: dt.date = rows[0]["value_date"]
        return day.isoformat()

    def shown(self, field: CustomField, value: Any, language: str, names: Mapping[str, str]) -> str:
        """As the language writes dates."""
        return format_date(day_of(value), format="long", locale=language.replace("-", "_"))

    def as_text(self, field: CustomField, value: Any) -> str:
        """Year-month-day."""
        return str(value)

    def from_text(self, field: CustomField, text: str) -> str:
        """Year-month-day; the day of a moment that is written in full."""
        return text.strip()[:10] if "T" in text else text.strip()


def day_of(value: Any) -> dt.date | None:
    """The day that is written as year-month-day, or is a day already; None when it is none that rules work with."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        day = value
    elif isinstance(value, str) and ISO_DAY.fullmatch(value):
        try:
            day = dt.date.fromisoformat(value)
        except ValueError:
            return None
    else:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None
