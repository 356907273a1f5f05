"""An amount, perhaps in a unit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import format_decimal

from journeys.criteria.custom.content import Content, CustomField
from journeys.criteria.custom.types.base import Columns, FieldType
from journeys.criteria.kinds import NUMBER
from journeys.criteria.units import are_convertible, converted, is_unit
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

MOST_NUMBER = 1e15
"""Beyond it neighbouring numbers cannot be told apart any more."""

PARTS = {"number", "unit"}


class Number(FieldType):
    """A number. It is kept in the unit of the field (UCUM); what is given in another unit is converted."""

    label = N_("Number")
    kind = NUMBER
    keys = ("unit", "minimum", "maximum")

    def definition_problems(self, content: Content, where: str) -> Iterator[Problem]:
        """A unit that there is, and bounds in order."""
        unit = content.get("unit")
        if unit is not None and not (isinstance(unit, str) and is_unit(unit)):
            yield Problem(f"{where}unit", N_("Write a unit as UCUM has it, for example kg or mm[Hg]"))
        bounds = []
        for key in ("minimum", "maximum"):
            bound = content.get(key)
            if bound is not None and not is_number(bound):
                yield Problem(f"{where}{key}", N_("Write a number"))
            elif bound is not None:
                bounds.append(bound)
        if len(bounds) == 2 and bounds[0] > bounds[1]:
            yield Problem(f"{where}maximum", N_("The largest value is below the smallest"))

    def problems(self, field: CustomField, value: Any, where: str) -> Iterator[Problem]:
        """A number within its bounds, in the field's unit or in one that can be converted into it."""
        given = value["number"] if isinstance(value, Mapping) and set(value) == PARTS else value
        if not is_number(given):
            yield Problem(where, N_("Write a number"))
            return
        value = in_unit_of(field, value)
        if value is None:
            yield Problem(where, N_("Write the number in the unit %(unit)s"), {"unit": field.unit or "1"})
            return
        least, most = field.content.get("minimum"), field.content.get("maximum")
        if least is not None and value < least:
            yield Problem(where, N_("The smallest possible value is %(least)s"), {"least": least})
        if most is not None and value > most:
            yield Problem(where, N_("The largest possible value is %(most)s"), {"most": most})

    def rows(self, field: CustomField, value: Any) -> list[Columns]:
        """The number with its unit."""
        return [{"value_number": Decimal(str(in_unit_of(field, value))), "value_unit": field.unit or None}]

    def value(self, rows: Sequence[Mapping[str, Any]]) -> int | float:
        """The number; a whole one without a point."""
        number = rows[0]["value_number"]
        return int(number) if number == number.to_integral_value() else float(number)

    def shown(self, field: CustomField, value: Any, language: str, names: Mapping[str, str]) -> str:
        """With the separators of the language, and the unit."""
        number = format_decimal(Decimal(str(value)), format="#,##0.###############", locale=language.replace("-", "_"))
        return f"{number} {field.unit}" if field.unit else number

    def as_text(self, field: CustomField, value: Any) -> str:
        """Its digits."""
        return format(Decimal(str(value)), "f")

    def from_text(self, field: CustomField, text: str) -> Any:
        """The number that a text of digits is, with a point or a single comma."""
        digits = text.strip()
        if "." not in digits and digits.count(",") == 1:
            digits = digits.replace(",", ".")
        try:
            number = Decimal(digits)
        except InvalidOperation:
            return text
        if not number.is_finite() or abs(number) > MOST_NUMBER:
            return text
        return int(number) if number == number.to_integral_value() else float(number)


def in_unit_of(field: CustomField, value: Any) -> int | float | None:
    """A number, or a number with its unit, in the unit of the field; None when it cannot be converted."""
    if not isinstance(value, Mapping):
        number: int | float = value
        return number
    unit = value["unit"]
    if not isinstance(unit, str) or not (unit == field.unit or (is_unit(unit) and are_convertible(unit, field.unit))):
        return None
    return converted(value["number"], unit, field.unit)


def is_number(value: Any) -> bool:
    """Whether a value is a finite number of a size that can be kept exactly; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= MOST_NUMBER and math.isfinite(value)
