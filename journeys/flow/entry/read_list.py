"""Reads a list of patients that somebody brings along: a number in each line.

A table (CSV with commas, semicolons, tabs or strokes) or one number a line. A number is an identifier of the patient,
whoever issued it, or the random uid that exports and the API give.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from journeys.criteria.value_sets.from_csv import SEPARATORS, decoded, place_of, read_cell, runs
from journeys.criteria.value_sets.systems import squeezed
from journeys.flow.entry.choosing import MOST_CHOSEN
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_

LONGEST_NUMBER = 100
HEADS = frozenset(
    map(
        squeezed,
        (
            *("identifier", "number", "patient", "patient number", "patient id", "record number", "mrn", "uid"),
            *("identificador", "número", "paciente", "número de paciente", "expediente"),
        ),
    )
)
"""What the column of numbers may be called. Without such a head the first column holds them, from the first line on."""


def read_numbers(data: bytes) -> list[str]:
    """The numbers of a file in their order, each once; Invalid when it cannot be read, holds none or too many."""
    text = decoded(data)
    first = text.lstrip().split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(SEPARATORS, key=first.count), strict=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error:
        says = N_("The line cannot be read: look for a quotation mark that is not closed")
        raise Invalid([Problem(place_of(reader.line_num), says)]) from None
    numbers = list(dict.fromkeys(cells_of([row for row in rows if any(row[1])])))
    if not 1 <= len(numbers) <= MOST_CHOSEN:
        raise Invalid([Problem("", N_("A list has 1 to %(most)s numbers"), {"most": MOST_CHOSEN})])
    return numbers


def cells_of(rows: Sequence[tuple[int, list[str]]]) -> Iterator[str]:
    """The cell of each row that holds the number; Invalid at the line of one that cannot be a number."""
    heads = [squeezed(cell) for cell in rows[0][1]] if rows else []
    place = next((number for number, head in enumerate(heads) if head in HEADS), None)
    for line, cells in rows if place is None else rows[1:]:
        cell = cells[place or 0] if len(cells) > (place or 0) else ""
        if not cell:
            continue
        if runs(cell):
            raise Invalid([Problem(place_of(line), N_("A cell begins like a formula of a spreadsheet"))])
        if len(cell) > LONGEST_NUMBER:
            raise Invalid(
                [Problem(place_of(line), N_("A number has at most %(most)s characters"), {"most": LONGEST_NUMBER})]
            )
        yield read_cell(cell)
