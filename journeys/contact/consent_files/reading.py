"""Reads a table of consent statements (CSV in UTF-8), one a line; what cannot be read is said at its line."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from journeys.contact.media import MEDIA
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.spreadsheets import as_it_was
from journeys.foundation.words import N_
from journeys.store.contact import PURPOSES

SEPARATORS = ",;\t"
MOST_BYTES = 2 << 20
MOST_LINES = 5_000
LONGEST = 2_000
"""Letters of one cell."""

COLUMNS = {
    "patient": ("patient", "record", "record number", "mrn", "paciente", "expediente"),
    "decision": ("decision", "consent", "decisión", "consentimiento"),
    "purpose": ("purpose", "about", "propósito", "finalidad"),
    "channel": ("channel", "medium", "canal"),
    "from": ("from", "since", "date", "desde", "fecha"),
    "until": ("until", "to", "expires", "hasta"),
    "source": ("source", "how", "origen", "cómo"),
    "wording": ("wording", "text shown", "texto"),
    "language": ("language", "idioma"),
    "evidence": ("evidence", "prueba"),
}
"""Column → the names that it may have in the head of a file."""

NEEDED = ("patient", "decision", "from")
PERMITS = frozenset({"permit", "yes", "y", "agrees", "opt-in", "true", "1", "sí", "si"})
DENIES = frozenset({"deny", "no", "n", "refuses", "opt-out", "false", "0"})
EVERY = frozenset({"", "*", "all", "every", "any", "todo", "todos"})
BY_DEFAULT = "import"

UNREADABLE = N_("This is no table in UTF-8 with a head and one statement a line")
TOO_MUCH = N_("At most %(lines)s statements and %(megabytes)s megabytes at once. Divide the file")
NO_COLUMN = N_("The column %(column)s is missing. Columns are: %(columns)s")


@dataclass(frozen=True)
class Line:
    """One statement as it was written, `number` counted as spreadsheets do; `patient` is a record number. A purpose or
    channel of None means every one. What is wrong stands in `problems`."""

    number: int
    patient: str = field(repr=False)
    decision: str
    purpose: str | None
    channel: str | None
    begins: dt.date | None
    ends: dt.date | None
    source: str
    wording: str | None
    language: str | None
    evidence: str | None = field(repr=False)
    problems: tuple[Problem, ...] = ()


def read_lines(data: bytes) -> list[Line]:
    """Every line of a file; Invalid when it cannot be read as a table at all."""
    if len(data) > MOST_BYTES:
        raise Invalid([Problem("file", TOO_MUCH, {"lines": MOST_LINES, "megabytes": MOST_BYTES >> 20})])
    try:
        text = data.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise Invalid([Problem("file", UNREADABLE)]) from None
    if len(rows) < 2 or "\x00" in text:
        raise Invalid([Problem("file", UNREADABLE)])
    if len(rows) > MOST_LINES + 1:
        raise Invalid([Problem("file", TOO_MUCH, {"lines": MOST_LINES, "megabytes": MOST_BYTES >> 20})])
    places = head_of(rows[0])
    return [line_of(number, cells_of(row, places)) for number, row in enumerate(rows[1:], start=2) if any(row)]


def separator_of(text: str) -> str:
    """What separates the cells of the head."""
    head = text.partition("\n")[0]
    return max(SEPARATORS, key=head.count)


def head_of(row: list[str]) -> dict[str, int]:
    """Column → its place; Invalid where one is missing without which nothing can be read."""
    named = [cell.strip().casefold() for cell in row]
    places = {
        column: next(place for place, name in enumerate(named) if name in names)
        for column, names in COLUMNS.items()
        if set(names) & set(named)
    }
    missing = [column for column in NEEDED if column not in places]
    if missing:
        columns = ", ".join(COLUMNS)
        raise Invalid([Problem("file", NO_COLUMN, {"column": each, "columns": columns}) for each in missing])
    return places


def cells_of(row: list[str], places: Mapping[str, int]) -> dict[str, str]:
    """The cells of one line by column."""
    return {column: as_it_was(row[place]).strip() for column, place in places.items() if place < len(row)}


def line_of(number: int, cells: Mapping[str, str]) -> Line:
    """One line, read as far as it can be."""
    decision = cells.get("decision", "").casefold()
    purpose, channel = (one_or_every(cells.get(key, "")) for key in ("purpose", "channel"))
    return Line(
        number,
        patient=cells.get("patient", ""),
        decision="permit" if decision in PERMITS else "deny",
        purpose=purpose,
        channel=channel,
        begins=day_of(cells.get("from", "")),
        ends=day_of(cells.get("until", "")),
        source=cells.get("source") or BY_DEFAULT,
        wording=cells.get("wording") or None,
        language=cells.get("language") or None,
        evidence=cells.get("evidence") or None,
        problems=tuple(problems_of(cells, decision, purpose, channel)),
    )


def problems_of(cells: Mapping[str, str], decision: str, purpose: str | None, channel: str | None) -> Iterator[Problem]:
    """What of one line cannot be read."""
    if not cells.get("patient"):
        yield Problem("patient", N_("Name the patient by a record number"))
    if decision not in PERMITS | DENIES:
        yield Problem("decision", N_("Write yes or no"))
    if purpose is not None and purpose not in PURPOSES:
        yield Problem("purpose", N_("Choose one of: %(known)s"), {"known": ", ".join(PURPOSES)})
    if channel is not None and channel not in MEDIA:
        yield Problem("channel", N_("Choose one of: %(known)s"), {"known": ", ".join(MEDIA)})
    for key in ("from", "until"):
        if (cells.get(key) or key == "from") and day_of(cells.get(key, "")) is None:
            yield Problem(key, N_("Write the day as 2026-05-03"))
    for key, text in cells.items():
        if len(text) > LONGEST:
            yield Problem(key, N_("At most %(most)s letters"), {"most": LONGEST})


def one_or_every(text: str) -> str | None:
    """A purpose or channel; None for every one."""
    return None if text.casefold() in EVERY else text.casefold()


def day_of(text: str) -> dt.date | None:
    """A day as ISO writes it; None for anything else."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
