"""Several texts in an order, one row each, with buttons that add a row, move one and take one out.

A row chooses from what there is, or holds a code beside what that is called. What a draft holds stays as it is, known
or not: the checks say what is wrong, each thing at its row. `static/js/rows.js` does what the buttons do at once;
without scripts they send the form, which comes back changed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask_babel import gettext
from wtforms import Field

MOST_ROWS = 200
ADD, UP, DOWN, REMOVE = "add", "up", "down", "remove"


@dataclass(frozen=True)
class Row:
    """One row: its number from 1, the id of its control, what was typed, what is wrong with it."""

    number: int
    id: str
    text: str
    faults: tuple[str, ...]

    @property
    def raw_data(self) -> list[str]:
        """What was typed, as fields have it."""
        return [self.text]


class RowsField(Field):
    """`choices` says what there is, with what it is called; `is_closed` says that a row offers nothing else."""

    def __init__(self, *, choices: Callable[[], Iterable[tuple[str, str]]], is_closed: bool, **options: Any) -> None:
        self.offered = choices
        self.is_closed = is_closed
        self.typed: list[str] = []
        self.faults_at: dict[int, list[str]] = {}
        self.focused = -1
        super().__init__(**options)

    @cached_property
    def choices(self) -> Mapping[str, str]:
        """What there is; asked for once it is drawn."""
        return dict(self.offered())

    def process_data(self, value: Any) -> None:
        """What a draft holds, which may be anything."""
        self.typed = [str(each) for each in value] if isinstance(value, list | tuple) else []

    def process_formdata(self, valuelist: list[str]) -> None:
        """What was typed; several lines in one control are several rows."""
        self.typed = [line.strip() for each in valuelist for line in each.splitlines() or [""]][:MOST_ROWS]

    @property
    def data(self) -> list[str]:
        """The rows that hold something."""
        return [each for each in self.typed if each]

    @data.setter
    def data(self, value: Any) -> None:
        self.process_data(value)

    def press(self, what: str, number: int) -> None:
        """Do what a button says; `number` is that of its row. The control to go on with gets the focus."""
        place = number - 1
        if what == ADD and len(self.typed) < MOST_ROWS:
            self.typed = [*(self.typed or [""]), ""]
            self.focused = len(self.typed)
        elif what == REMOVE and 0 <= place < len(self.typed):
            self.typed = [*self.typed[:place], *self.typed[number:]]
            self.focused = max(1, min(number, len(self.typed)))
        elif what in (UP, DOWN):
            self.move(place, place - 1 if what == UP else place + 1)

    def move(self, place: int, to: int) -> None:
        """Let two rows change their places."""
        if place in range(len(self.typed)) and to in range(len(self.typed)):
            self.typed[place], self.typed[to] = self.typed[to], self.typed[place]
            self.focused = to + 1

    def refuse(self, where: str, sentence: str) -> None:
        """Say a problem at its row, counted without those that are empty; else at the whole list."""
        last = where.rpartition(".")[2]
        if last.isdecimal() and int(last) < len(self.data):
            self.faults_at.setdefault(int(last), []).append(sentence)
        else:
            self.errors = [*self.errors, sentence]

    @property
    def rows(self) -> list[Row]:
        """Every row as it is drawn; an empty one where there is none, so that somebody can begin."""
        found: list[Row] = []
        filled = 0
        for number, text in enumerate(self.typed or [""], 1):
            faults = tuple(self.faults_at.get(filled, ())) if text else ()
            row_id = self.id if number == 1 else f"{self.id}-{number}"
            found.append(Row(number, row_id, text, faults))
            filled += 1 if text else 0
        return found

    @property
    def blank(self) -> Row:
        """What the script adds."""
        return Row(0, "", "", ())

    @property
    def place(self) -> str:
        """Where it stands in what is judged."""
        return self.name.replace("-", ".")

    def options(self, text: str) -> list[tuple[str, str]]:
        """What a row offers; a word that is not known stays."""
        odd = [] if not text or text in self.choices else [(text, gettext("%(name)s (no longer there)", name=text))]
        return [*odd, *self.choices.items()]
