"""Reads tables of codes: CSV with commas, semicolons, tabs or strokes, one code a line, one or many value sets a file.

The first line that names a column of codes is the head; what stands above it (as in exports of terminology services) is
passed over. Columns are known by many names. A cell that a spreadsheet would run as a formula is refused; `="0123"`,
which spreadsheets write to keep zeros, is read as the text it means.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping

from journeys.criteria.value_sets.check import MOST_DISPLAY, is_text, shortened
from journeys.criteria.value_sets.found import Found
from journeys.criteria.value_sets.systems import OID, URN_OID, is_absolute, squeezed, uri_of
from journeys.criteria.values import MOST_TEXT
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.spreadsheets import as_it_was
from journeys.foundation.words import N_

SEPARATORS = ",;\t|"
LINES_ABOVE = 40
MOST_LINES = 500_000
MOST_SETS = 1_000

COLUMNS = {
    "code": ("code", "conceptcode", "codevalue", "código", "codigo"),
    "system": ("system", "codesystem", "codesystemuri", "codesystemurl", "codesystemname", "sistema", "vocabulary"),
    "system_oid": ("codesystemoid", "systemoid"),
    "display": ("display", "description", "displayname", "codedescription", "term", "conceptname", "descripcion"),
    "set_name": ("valueset", "valuesetname", "setname"),
    "set_oid": ("oid", "valuesetoid", "valueseturl", "valuesetid"),
    "version": ("version", "valuesetversion", "definitionversion", "expansionversion"),
}
FIELDS = {squeezed(name): field for field, names in COLUMNS.items() for name in names}

FORMULA = re.compile(r"[=@]|[+-](?![\d.])")
KEPT_AS_TEXT = re.compile(r'="([^"]*)"')

Line = tuple[int, list[str]]


def from_csv(data: bytes) -> list[Found]:
    """The value sets of a table, in the order in which they come; Invalid when it cannot be read as one."""
    lines = lines_of(decoded(data))
    head = head_of(lines)
    sets: dict[tuple[str, str], Found] = {}
    for number, cells in lines:
        if any(cells):
            take({field: cells[place] for field, place in head.items() if place < len(cells)}, number, sets)
    if not sets:
        raise Invalid([Problem("", N_("The table holds no codes"))])
    for found in sets.values():
        found.problems = shortened(found.problems, "")
    return list(sets.values())


def decoded(data: bytes) -> str:
    """The text of a file; Invalid with the line when it is not UTF-8."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Invalid([Problem(place_of(line), N_("The file is not text in UTF-8"))]) from None
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        raise Invalid([Problem(place_of(line), N_("The line holds a character that cannot be stored"))])
    return text


def lines_of(text: str) -> Iterator[Line]:
    """(line, cells) of every row; Invalid with the line where the quotes or cells cannot be read."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text), strict=True)
    try:
        for cells in rows:
            if rows.line_num > MOST_LINES:
                raise Invalid([Problem(place_of(rows.line_num), N_("The file has too many lines"))])
            yield rows.line_num, [cell.strip() for cell in cells]
    except csv.Error:
        says = N_("The line cannot be read: look for a quotation mark that is not closed")
        raise Invalid([Problem(place_of(rows.line_num), says)]) from None


def separator_of(text: str) -> str:
    """The sign between cells: the one that gives the first lines the most columns that are known."""
    first = text.split("\n", LINES_ABOVE)[:LINES_ABOVE]

    def known(separator: str) -> int:
        return max((len(columns_of(line.split(separator))) for line in first), default=0)

    return max(SEPARATORS, key=known)


def columns_of(cells: list[str]) -> dict[str, int]:
    """Field → place of the columns that are known by their heads; the first of several wins."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        field = FIELDS.get(squeezed(cell.strip().strip('"')))
        if field is not None:
            found.setdefault(field, place)
    return found


def head_of(lines: Iterator[Line]) -> dict[str, int]:
    """The columns, from the first line that names one of codes; Invalid when no line does."""
    for number, cells in lines:
        found = columns_of(cells)
        if "code" in found:
            return found
        if number >= LINES_ABOVE:
            break
    says = N_("No column is called code; the first line must name the columns, for example: system,code,display")
    raise Invalid([Problem(place_of(1), says)])


def read_cell(cell: str) -> str:
    """The text that a cell means."""
    kept = KEPT_AS_TEXT.fullmatch(cell)
    return kept[1].strip() if kept else as_it_was(cell)


def runs(cell: str) -> bool:
    """Whether a spreadsheet would take a cell for a formula."""
    return FORMULA.match(cell) is not None and KEPT_AS_TEXT.fullmatch(cell) is None


def take(cells: Mapping[str, str], line: int, sets: dict[tuple[str, str], Found]) -> None:
    """Add one row to its value set, or its problem."""
    row = {field: read_cell(cell) for field, cell in cells.items()}
    found = sets.setdefault((row.get("set_oid", ""), row.get("set_name", "")), set_of(row))
    if len(sets) > MOST_SETS:
        says = N_("The file holds more than %(most)s value sets")
        raise Invalid([Problem(place_of(line), says, {"most": MOST_SETS})])
    code, display = row.get("code", ""), row.get("display", "")
    written = row.get("system_oid") or row.get("system", "")
    system = uri_of(written) or uri_of(row.get("system", ""))
    if runs(cells.get("code", "")) or runs(cells.get("system", "")):
        found.refuse(place_of(line), N_("A cell begins like a formula of a spreadsheet"))
    elif not is_text(code, MOST_TEXT):
        found.refuse(place_of(line), N_("The code is missing, too long or cannot be stored"))
    elif written and system is None:
        says = N_("%(system)s is no code system that is known here")
        found.refuse(place_of(line), says, system=written[:MOST_TEXT])
    else:
        found.add(system, code, display if is_text(display, MOST_DISPLAY) else None, place_of(line))


def set_of(row: Mapping[str, str]) -> Found:
    """The value set that a row belongs to, as the row names it; without codes."""
    oid = row.get("set_oid", "")
    url = URN_OID + oid if OID.fullmatch(oid) else oid if is_absolute(oid) else ""
    return Found(row.get("set_name", "")[:MOST_TEXT], url, row.get("version", "")[:MOST_TEXT])


def place_of(line: int) -> str:
    """A line as problems name it."""
    return f"line {line}"
