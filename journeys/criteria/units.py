"""Units of numbers: UCUM codes, and a number of one unit in every other unit that it can be converted to.

Whether a code is UCUM, its dimension and its factor are the library's to say (ucumvert, on pint). Records hold codes as
they came; those that are converted are the ones of COMMON, and the very code that a rule names. A mass and an amount of
substance (mg/dL and mmol/L) differ in dimension: only who knows the analyte can convert them, so nothing here does.
Neither are ratios of two kinds (% and mmol/mol of HbA1c are two scales), equivalents (meq) or arbitrary units ([IU])
converted to anything but themselves with another prefix.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cache, lru_cache
from typing import Any

from lark.exceptions import LarkError
from ucumvert import InvalidUcumError, PintUcumRegistry, get_ucum_parser

COMMON = (
    *("1", "%", "10*-3", "10*-6"),
    *("kg", "g", "mg", "ug", "ng", "[lb_av]", "[oz_av]", "[stone_av]"),
    *("m", "cm", "mm", "um", "km", "[in_i]", "[ft_i]", "m2", "cm2", "kg/m2"),
    *("L", "l", "dL", "dl", "mL", "ml", "uL", "ul", "fL", "fl", "m3", "cm3", "[foz_us]"),
    *("s", "min", "h", "d", "wk", "mo", "a", "ms", "/min", "{beats}/min", "{Beats}/min", "/h", "/d", "/s", "Hz"),
    *("Cel", "[degF]", "K"),
    *("mm[Hg]", "kPa", "Pa", "hPa", "bar", "mbar", "cm[H2O]", "m[H2O]", "[psi]", "[in_i'Hg]"),
    *("g/L", "g/l", "g/dL", "g/dl", "g/mL", "mg/L", "mg/l", "mg/dL", "mg/dl", "mg/mL", "mg/ml", "ug/L", "ug/l"),
    *("ug/dL", "ug/dl", "ug/mL", "ug/ml", "ng/L", "ng/l", "ng/dL", "ng/dl", "ng/mL", "ng/ml", "pg/mL", "pg/ml"),
    *("mol/L", "mmol/L", "mmol/l", "umol/L", "umol/l", "nmol/L", "nmol/l", "pmol/L", "pmol/l", "mmol/dL", "nmol/mL"),
    *("umol/dL", "pmol/mL", "mol", "mmol", "umol", "mmol/mol", "umol/mol", "mmol/kg", "umol/g", "mmol/g", "mol/kg"),
    *("meq/L", "meq/l", "eq/L", "meq/dL", "ueq/L", "meq", "mosm/kg", "osm/kg", "mosm/L"),
    *("[IU]/L", "[IU]/mL", "m[IU]/L", "m[IU]/mL", "u[IU]/mL", "k[IU]/L", "k[IU]/mL", "[IU]"),
    *("U/L", "U/l", "U/mL", "mU/L", "mU/mL", "kU/L", "uU/mL", "ukat/L", "nkat/L", "kat/L"),
    *("10*3/uL", "10*3/mm3", "10*6/uL", "10*6/L", "10*9/L", "10*12/L", "/uL", "/mm3", "10*3/mL", "10*6/mL", "/L"),
    *("mL/min", "ml/min", "mL/s", "L/min", "L/h", "mL/h", "mL/min/{1.73_m2}", "mL/min/{1.73_m2}{BSA}"),
    *("mg/g", "ug/mg", "ug/g", "g/g", "mg/mg", "g/kg", "mg/kg", "ug/kg", "g/mol", "mg/mmol", "g/mmol"),
    *("mg/d", "g/d", "ug/d", "mg/(24.h)", "g/(24.h)", "mmol/d", "mmol/(24.h)", "ug/min", "mg/h", "mL/d", "L/d"),
    *("kcal", "kJ", "cal", "J", "kcal/d", "W", "V", "mV", "A", "Ohm", "deg", "rad", "[diop]", "[MET]", "dB"),
)
"""The codes that clinical records use: after the value set `ucum-common` of FHIR R4 (hl7.org/fhir), shortened."""

PURE = frozenset({"percent", "_10"})
"""Units without a dimension that are numbers and nothing more; every other one (an angle, an international unit) is of
a kind of its own."""

OF_THEIR_OWN = frozenset({"equivalents", "osmole"})
"""Units that the library takes for amounts of substance although charge or particles decide."""

MOST_CHARACTERS = 60
MOST_KEPT = 1_000
"""The longest code, and how many codes are remembered with what they mean."""

Dimension = tuple[frozenset[Any], frozenset[Any]]


@cache
def grammar() -> Any:
    """What reads UCUM codes; made once, because it is slow."""
    return get_ucum_parser()


@cache
def registry() -> Any:
    """The units of the library; made once, in most of a second."""
    return PintUcumRegistry()


@lru_cache(MOST_KEPT)
def is_unit(code: str) -> bool:
    """Whether a code is UCUM."""
    if len(code) > MOST_CHARACTERS:
        return False
    try:
        grammar().parse(code)
    except (LarkError, InvalidUcumError):
        return False
    return True


@lru_cache(MOST_KEPT)
def quantity_of(code: str) -> Any:
    """One of the unit as a quantity of the library; None where it knows no way to convert it."""
    try:
        quantity = registry().from_ucum(code)
    except (LarkError, InvalidUcumError, AttributeError, ArithmeticError):
        return None
    return quantity if hasattr(quantity, "dimensionality") else None


@lru_cache(MOST_KEPT)
def dimension_of(code: str) -> Dimension | None:
    """What a unit measures; two units are convertible when this is equal. None for what is convertible to nothing."""
    quantity = quantity_of(code)
    if quantity is None:
        return None
    own = set()
    for name, power in quantity.unit_items():
        [(_, base, _), *_] = registry().parse_unit_name(name)
        dimension = registry().Unit(base).dimensionality
        if base in OF_THEIR_OWN or not (dimension or base in PURE):
            own.add((base, power))
        elif dimension and quantity.dimensionless:
            own.add((frozenset(dimension.items()), abs(power)))
    return frozenset(quantity.dimensionality.items()), frozenset(own)


def are_convertible(first: str, second: str) -> bool:
    """Whether a number of one unit is also one of the other."""
    return first == second or (dimension_of(first) is not None and dimension_of(first) == dimension_of(second))


def converted(number: float, unit: str, wanted: str) -> float:
    """A number of one unit in another one that it can be converted to, to 12 significant digits."""
    if unit == wanted:
        return number
    quantity = registry().Quantity(number * quantity_of(unit).magnitude, quantity_of(unit).units)
    target = quantity_of(wanted)
    return float(f"{quantity.to(target.units).magnitude / target.magnitude:.12g}")


@lru_cache(MOST_KEPT)
def in_every_unit(number: float, unit: str) -> Mapping[str, float]:
    """The number in its own unit and in each common one that it can be converted to, by code."""
    found = {unit: number}
    for code in COMMON:
        if code != unit and are_convertible(code, unit):
            # a unit like 10*999 leads beyond the largest number
            with suppress(ArithmeticError):
                found[code] = converted(number, unit, code)
    return found
