"""Reads a file that somebody brings along: the value sets that it holds, whatever its form."""

from __future__ import annotations

from journeys.criteria.value_sets.found import MOST_BYTES, Found
from journeys.criteria.value_sets.from_csv import from_csv
from journeys.criteria.value_sets.from_fhir import from_fhir
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_file(data: bytes) -> list[Found]:
    """Every value set of a file, each with the problems of its own lines; Invalid when none can be read at all."""
    if len(data) > MOST_BYTES:
        raise Invalid([Problem("", N_("The file is larger than %(most)s megabytes"), {"most": MOST_BYTES >> 20})])
    begin = data.removeprefix(BYTE_ORDER_MARK).lstrip()[:1]
    if not begin:
        raise Invalid([Problem("", N_("The file is empty"))])
    if begin in (b"{", b"["):
        return from_fhir(data.removeprefix(BYTE_ORDER_MARK))
    if begin == b"<":
        raise Invalid([Problem("", N_("This is XML; save the value set as FHIR JSON or as a table"))])
    return from_csv(data)
