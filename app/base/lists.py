"""Lists: columns, pages of rows, and filters that answer a wrong value with a message and not with an error.

    pages = paging(size=25)
    rows = session.execute(query.limit(pages.size + 1).offset(pages.offset)).all()
    return self.page("tasks/index.html", columns=COLUMNS, rows=pages.cut(rows), pages=pages)

and in the template `{{ ui.listing(columns, rows, pages, empty=…) }}`.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from flask import request, url_for
from flask_babel import gettext

from app.base.words import say

SIZES = (25, 50, 100)
Kind = Literal["text", "number", "date", "moment", "chip", "yes_no", "muted"]


@dataclass(frozen=True)
class Column:
    """One column: `value` is an attribute's name or a function of the row; `link` gives the row's address.

    `sort` names what the server may sort by (see `Paging.order`); `chip` turns a value into (tone, icon, words).
    """

    label: str
    value: str | Callable[[Any], Any]
    kind: Kind = "text"
    link: Callable[[Any], str | None] | None = None
    sort: str | None = None
    chip: Callable[[Any], tuple[str, str, str]] | None = None
    is_wide: bool = False

    @property
    def heading(self) -> str:
        """The label in the reader's language."""
        return say(self.label) if self.label else ""

    def of(self, row: Any) -> Any:
        """This column's value of a row: an attribute, a key of a mapping, or what the function says."""
        if callable(self.value):
            return self.value(row)
        if isinstance(row, dict):
            return row[self.value]
        return getattr(row, self.value)


class Paging:
    """Which page of a list is shown. `total` may stay None: then only "next" is known, and no count is taken."""

    def __init__(self, number: int, size: int, sort: str, is_descending: bool) -> None:
        self.number = number
        self.size = size
        self.sort = sort
        self.is_descending = is_descending
        self.total: int | None = None
        self.is_estimated = False
        self.has_next = False
        self.wrong: list[str] = []

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.number - 1) * self.size

    def cut(self, rows: Sequence[Any], total: int | None = None, *, is_estimated: bool = False) -> Sequence[Any]:
        """The rows of this page out of `size + 1` that were asked for; remembers whether there are more."""
        self.has_next = len(rows) > self.size
        self.total = total
        self.is_estimated = is_estimated
        return rows[: self.size]

    def order(self, columns: dict[str, Any], first: str) -> Any:
        """The expression to sort by: `columns` names what is allowed, anything else becomes `first`."""
        self.sort = self.sort if self.sort in columns else first
        chosen = columns[self.sort]
        return chosen.desc() if self.is_descending else chosen.asc()

    def address(self, **changes: Any) -> str:
        """This list's address with other arguments: `page`, `size`, `sort`, `order`."""
        kept = {name: value for name, value in request.args.items(multi=True) if name not in changes}
        return url_for(request.endpoint or "", **(request.view_args or {}), **kept, **changes)

    def sort_address(self, column: Column) -> str:
        """Sort by this column; the other way round when it is sorted by it already."""
        turns = self.sort == column.sort and not self.is_descending
        return self.address(sort=column.sort, order="down" if turns else "up", page=1)

    def words(self, shown: int) -> str:
        """For example "26 to 50 of 137"."""
        first, last = self.offset + 1, self.offset + shown
        if shown == 0:
            return ""
        if self.total is None:
            return gettext("%(first)s to %(last)s", first=first, last=last)
        if self.is_estimated:
            return gettext("%(first)s to %(last)s of about %(total)s", first=first, last=last, total=self.total)
        return gettext("%(first)s to %(last)s of %(total)s", first=first, last=last, total=self.total)


def paging(size: int = SIZES[0], sort: str = "") -> Paging:
    """The page that the address asks for; nonsense in it becomes a message and the first page."""
    wrong: list[str] = []
    number = _number("page", 1, 100_000, wrong)
    wanted = _number("size", size, SIZES[-1], wrong)
    pages = Paging(number, wanted, request.args.get("sort", sort), request.args.get("order") == "down")
    pages.wrong = wrong
    return pages


def _number(name: str, default: int, most: int, wrong: list[str]) -> int:
    typed = request.args.get(name, "")
    if not typed:
        return default
    if typed.isdecimal() and 1 <= int(typed[:9]) <= most:
        return int(typed[:9])
    wrong.append(gettext("The address asks for a page that does not exist; this is the first one."))
    return default


Place = tuple[dt.datetime, int]
"""Where the next part of a list by time begins: the moment and the id of the last row shown."""


def place_text(place: Place) -> str:
    """A place as it stands in an address."""
    return f"{place[0].isoformat()}~{place[1]}"


def place_of(text: str) -> Place | None:
    """The place that an address names; nonsense is the beginning of the list."""
    at, _, number = text.partition("~")
    try:
        return dt.datetime.fromisoformat(at), int(number)
    except ValueError:
        return None
