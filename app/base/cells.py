"""Draws the rows of a list. In Python and not in a template: of two hundred cells each would ask its macros anew."""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup, escape

from app.base.lists import Column, heads_of
from app.base.words import gettext, say

NOTHING = Markup('<span class="muted">–</span>')
REPEATED = (str, dt.date, bool, type(None))
"""What the cells of a column say again and again; its drawing is kept for the rows of one list."""

REMEMBERED = 1_024
"""Beginnings of cells that are kept."""

Cell = Callable[[Any], str]
Row = Callable[[Any], Markup]


def install(app: Flask) -> None:
    """Give templates `heads_of(columns, pages)`, `cells_of(columns)` and `pick_of(columns, attribute, form)`."""
    app.jinja_env.globals.update(heads_of=heads_of, cells_of=cells_of, pick_of=pick_of)


def cells_of(columns: Sequence[Column]) -> Row:
    """A function that draws every cell of a row. What the cells of a column repeat is worked out once."""
    begins = [beginning(column.heading, column.classes, place == 0) for place, column in enumerate(columns)]
    drawn = [cell_of(column, begin, drawing(column)) for column, begin in zip(columns, begins, strict=True)]

    def cells(row: Any) -> Markup:
        return Markup("".join([cell(row) for cell in drawn]))  # noqa: S704

    return cells


def cell_of(column: Column, begin: Markup, draw: Callable[[Any], Any]) -> Cell:
    """A function that draws one cell, escaped: its words, inside a link where the row has an address."""
    link, value_of = column.link, column.of
    known: dict[Any, str] = {}

    def inside(value: Any) -> str:
        words = column.in_words(value)
        return str(NOTHING if words is None else escape(draw(words)))

    def linked(row: Any) -> str:
        address = link(row) if link else None
        if address:
            return f'{begin}<a class="row-name" href="{escape(address)}">{inside(value_of(row))}</a></td>'
        return f"{begin}<div>{inside(value_of(row))}</div></td>"

    def plain(row: Any) -> str:
        value = value_of(row)
        if not isinstance(value, REPEATED):
            return f"{begin}<div>{inside(value)}</div></td>"
        if (value, value.__class__) not in known:
            known[value, value.__class__] = f"{begin}<div>{inside(value)}</div></td>"
        return known[value, value.__class__]

    return linked if link else plain


def pick_of(columns: Sequence[Column], attribute: str, form: str) -> Cell:
    """A function that draws the cell by which a row is picked: it sends the row's attribute, with a form elsewhere."""
    name_of = columns[0].of
    says = gettext("Select %(name)s")
    of_form = Markup(' form="{}"').format(form) if form else ""

    def pick(row: Any) -> Markup:
        value = row[attribute] if isinstance(row, dict) else getattr(row, attribute)
        label = escape(says % {"name": name_of(row)})
        return Markup(  # noqa: S704
            f'<td class="pick"><input type="checkbox" name="picked" value="{escape(value)}"{of_form} data-pick'
            f' aria-label="{label}"></td>'
        )

    return pick


@lru_cache(REMEMBERED)
def beginning(heading: str, classes: str, is_first: bool) -> Markup:
    """The tag that opens a cell; narrow screens show the heading of the column beside each."""
    label = Markup(' data-label="{}"').format(heading) if heading else ""
    every = " ".join(["is-first"] * is_first + [classes] * bool(classes))
    return Markup('<td{} class="{}">').format(label, every)


def drawing(column: Column) -> Callable[[Any], Any]:
    """What stands around the words of a cell."""
    ui = current_app.jinja_env.globals["ui"]
    if column.kind == "chip" and column.chip is not None:
        chip = column.chip
        return lambda value: chip_of(ui, *chip(value))
    if column.kind == "yes_no":
        return ui.yes_no
    if column.kind == "muted":
        return muted
    return as_it_is


def muted(words: Any) -> Markup:
    """What is said beside other things."""
    return Markup(f'<span class="muted">{escape(words)}</span>')  # noqa: S704


def chip_of(ui: Any, tone: str, icon: str, words: str) -> Markup:
    """A chip with its words in the reader's language."""
    return ui.chip(say(words), tone, icon)


def as_it_is(words: Any) -> Any:
    """Nothing around it."""
    return words
