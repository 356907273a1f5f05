"""Draws the cells of a list. In Python and not in a template: of two hundred cells each would ask its macros anew."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup, escape

from app.base.lists import Column
from app.base.words import say

NOTHING = Markup('<span class="muted">–</span>')

Row = Callable[[Any], Markup]


def install(app: Flask) -> None:
    """Give templates `cells_of(columns)`."""
    app.jinja_env.globals["cells_of"] = cells_of


def cells_of(columns: Sequence[Column]) -> Row:
    """A function that draws every cell of a row. What the cells of a column repeat is worked out once."""
    drawn = [(column, beginning(column, place == 0), drawing(column)) for place, column in enumerate(columns)]

    def cells(row: Any) -> Markup:
        return Markup("".join([cell(row, *each) for each in drawn]))  # noqa: S704

    return cells


def cell(row: Any, column: Column, begin: Markup, draw: Callable[[Any], Any]) -> str:
    """One cell, escaped: its words, inside a link where the row has an address."""
    words = column.words(row)
    inside = NOTHING if words is None else escape(draw(words))
    address = column.link(row) if column.link else None
    if address:
        return f'{begin}<a class="row-name" href="{escape(address)}">{inside}</a></td>'
    return f"{begin}<div>{inside}</div></td>"


def beginning(column: Column, is_first: bool) -> Markup:
    """The tag that opens a cell; narrow screens show the heading of the column beside each."""
    label = Markup(' data-label="{}"').format(column.heading) if column.heading else ""
    classes = " ".join(["is-first"] * is_first + [column.classes] * bool(column.classes))
    return Markup('<td{} class="{}">').format(label, classes)


def drawing(column: Column) -> Callable[[Any], Any]:
    """What stands around the words of a cell."""
    ui = current_app.jinja_env.globals["ui"]
    if column.kind == "chip" and column.chip is not None:
        chip = column.chip
        return lambda value: chip_of(ui, *chip(value))
    if column.kind == "yes_no":
        return ui.yes_no
    if column.kind == "muted":
        return Markup('<span class="muted">{}</span>').format
    return as_it_is


def chip_of(ui: Any, tone: str, icon: str, words: str) -> Markup:
    """A chip with its words in the reader's language."""
    return ui.chip(say(words), tone, icon)


def as_it_is(words: Any) -> Any:
    """Nothing around it."""
    return words
