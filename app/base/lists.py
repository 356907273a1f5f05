"""Lists: columns, pages of rows, and filters that answer a wrong value with a message and not with an error.

Short lists (definitions, people who sign in) have numbered pages, long ones (whatever patients have) are walked along:

    walk = walking(SORTS, sort="registered")
    walk.take(perform(list_patients, Wanted(sort=walk.sort, …), walk.place, walk.size))
    return self.page("patients/index.html", columns=COLUMNS, rows=…, pages=walk)

and in the template `{{ ui.listing(columns, rows, pages, empty=…) }}`.
"""

import datetime as dt
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Protocol
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import format_decimal

from app.base.choice_field import OneOfField
from app.base.forms import ShapeForm, form_class
from app.base.look import day, moment
from app.base.words import gettext, say
from journeys.store.lists import keyset

SIZES = (25, 50, 100)

DEEPEST = 1_000
"""The last numbered page: to reach one, the database reads all before it."""

MOST_ID = 2**63 - 1
PLACES = ("after", "before", "at")
"""The arguments that say where a walk stands."""

NOT_QUOTED = "!$'()*,/:;?@"
"""What stands in the arguments of an address as it is, as in all others that Flask makes."""

Kind = Literal["text", "number", "date", "moment", "chip", "yes_no", "muted", "count"]
"""`count` is aligned as a number is and already in words (`count_words`)."""

IN_WORDS: dict[Kind, Callable[[Any], Any]] = {"date": day, "moment": moment, "number": format_decimal}


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

    @property
    def classes(self) -> str:
        """What styles of cells depend on."""
        return {"number": "number", "count": "number", "date": "nowrap", "moment": "nowrap"}.get(self.kind, "")

    def in_words(self, value: Any) -> Any:
        """What a cell with this value says; None where it says nothing. A chip and yes or no are left as they are."""
        if value is None or value == "":
            return None
        as_said = IN_WORDS.get(self.kind)
        return as_said(value) if as_said else value

    def of(self, row: Any) -> Any:
        """This column's value of a row: an attribute, a key of a mapping, or what the function says."""
        if callable(self.value):
            return self.value(row)
        if isinstance(row, dict):
            return row[self.value]
        return getattr(row, self.value)


@dataclass(frozen=True)
class Head:
    """What stands above a column: its words, where they lead to sort by it, and how the list is sorted by it now."""

    words: str
    is_number: bool
    address: str
    sorted: str


@dataclass(frozen=True)
class PageLink:
    """One way from a page to another: its words, its drawing, its address."""

    label: str
    icon: str
    address: str


class Walked(Protocol):
    """What reading a long list gives, whatever it lists."""

    @property
    def has_previous(self) -> bool: ...
    @property
    def has_next(self) -> bool: ...
    @property
    def is_lost(self) -> bool: ...


class Sorted:
    """What pages of all kinds share: the size, the order, what was wrong in the address, the list's address."""

    def __init__(self, size: int, sort: str, is_descending: bool) -> None:
        self.size = size
        self.sort = sort
        self.is_descending = is_descending
        self.wrong: list[str] = []

    def address(self, **changes: Any) -> str:
        """This list's address with other arguments; None leaves one out."""
        kept = {name: value for name, value in request.args.items(multi=True) if name not in changes}
        asked = {name: value for name, value in {**kept, **changes}.items() if value is not None}
        return f"{self.path}?{urlencode(asked, safe=NOT_QUOTED)}" if asked else self.path

    @cached_property
    def path(self) -> str:
        """The address without arguments: a page has ten ways to other pages of itself."""
        return url_for(request.endpoint or "", **(request.view_args or {}))

    def beginning(self, **changes: Any) -> str:
        """The address of the first page, with other arguments."""
        raise NotImplementedError

    def sort_address(self, column: Column) -> str:
        """Sort by this column; the other way round when it is sorted by it already."""
        turns = self.sort == column.sort and not self.is_descending
        return self.beginning(sort=column.sort, order="down" if turns else "up")


class Paging(Sorted):
    """Which numbered page of a short list is shown. `total` may stay None: then only "next" is known."""

    def __init__(self, number: int, size: int, sort: str, is_descending: bool) -> None:
        super().__init__(size, sort, is_descending)
        self.number = number
        self.total: int | None = None
        self.has_next = False

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.number - 1) * self.size

    def cut(self, rows: Sequence[Any], total: int | None = None) -> Sequence[Any]:
        """The rows of this page out of `size + 1` that were asked for; remembers whether there are more."""
        self.has_next = len(rows) > self.size
        self.total = total
        return rows[: self.size]

    def order(self, columns: dict[str, Any], first: str) -> Any:
        """The expression to sort by: `columns` names what is allowed, anything else becomes `first`."""
        self.sort = self.sort if self.sort in columns else first
        chosen = columns[self.sort]
        return chosen.desc() if self.is_descending else chosen.asc()

    def beginning(self, **changes: Any) -> str:
        """The address of the first page, with other arguments."""
        return self.address(page=1, **changes)

    def links(self) -> list[PageLink]:
        """The pages before and after this one."""
        found = []
        if self.number > 1:
            found.append(PageLink(gettext("Previous"), "chevron-left", self.address(page=self.number - 1)))
        if self.has_next:
            found.append(PageLink(gettext("Next"), "chevron-right", self.address(page=self.number + 1)))
        return found

    def words(self, shown: int) -> str:
        """For example "26 to 50 of 137"."""
        first, last = self.offset + 1, self.offset + shown
        if shown == 0:
            return ""
        if self.total is None:
            return gettext("%(first)s to %(last)s", first=first, last=last)
        return gettext("%(first)s to %(last)s of %(total)s", first=first, last=last, total=self.total)


class Walk(Sorted):
    """Which stretch of a long list is shown: after a row, before a row, at the beginning or at the end.

    The address holds the row's id and nothing of the row. Counts are capped or estimated.
    """

    def __init__(self, place: keyset.Place, size: int, sort: str, is_descending: bool) -> None:
        super().__init__(size, sort, is_descending)
        self.place = place
        self.count: keyset.Count | None = None
        self.has_previous = False
        self.has_next = False
        self.ends: tuple[int, int] = (0, 0)

    def take(self, ids: Sequence[int], page: Walked, count: keyset.Count | None = None) -> None:
        """Remember what was shown: the ids in the list's order, and what is before and after them."""
        self.count = count
        self.has_previous = page.has_previous
        self.has_next = page.has_next
        self.ends = (ids[0], ids[-1]) if ids else (0, 0)
        if page.is_lost:
            self.wrong.append(gettext("The list has changed meanwhile; this is its beginning."))

    def beginning(self, **changes: Any) -> str:
        """The address of the first page, with other arguments."""
        return self.address(**{**dict.fromkeys(PLACES), **changes})

    def links(self) -> list[PageLink]:
        """The first page, those before and after this one, and the last."""
        first, last = self.ends
        found = []
        if self.has_previous:
            found.append(PageLink(gettext("First"), "chevron-first", self.beginning()))
            found.append(PageLink(gettext("Previous"), "chevron-left", self.beginning(before=first)))
        if self.has_next:
            found.append(PageLink(gettext("Next"), "chevron-right", self.beginning(after=last)))
            found.append(PageLink(gettext("Last"), "chevron-last", self.beginning(at="end")))
        return found

    def words(self, shown: int) -> str:
        """For example "137 in all", "more than 1,000 in all"."""
        if not shown or self.count is None:
            return ""
        return gettext("%(count)s in all", count=count_words(self.count))


def heads_of(columns: Sequence[Column], pages: Sorted | None) -> tuple[Head, ...]:
    """What stands above the columns of a list; of one that nobody can sort only the words."""
    return tuple(head_of(column, pages) for column in columns)


def head_of(column: Column, pages: Sorted | None) -> Head:
    """What stands above one column."""
    is_number = column.classes == "number"
    if pages is None or not column.sort:
        return Head(column.heading, is_number, "", "")
    way = "descending" if pages.is_descending else "ascending"
    return Head(column.heading, is_number, pages.sort_address(column), way if pages.sort == column.sort else "")


def count_words(count: keyset.Count) -> str:
    """A count as people read it: "137", "1,000+", "about 1,000,000"."""
    number = format_decimal(count.number)
    if count.is_more:
        return f"{number}+"
    return gettext("about %(number)s", number=number) if count.is_about else number


def walking(sorts: Container[str], sort: str, is_descending: bool = False, size: int = SIZES[0]) -> Walk:
    """The stretch that the address asks for, sorted by one of `sorts`; nonsense in it becomes a message."""
    wrong: list[str] = []
    order = request.args.get("order", "down" if is_descending else "up")
    chosen = request.args.get("sort", sort)
    if chosen not in sorts:
        wrong.append(gettext("The address asks for an order that this list does not have."))
        chosen = sort
    walk = Walk(_place(wrong), _number("size", size, SIZES[-1], wrong), chosen, order == "down")
    walk.wrong = wrong
    return walk


def _place(wrong: list[str]) -> keyset.Place:
    for name in ("after", "before"):
        number = _number(name, 0, MOST_ID, wrong)
        if number:
            return keyset.Place(number, is_before=name == "before")
    return keyset.Place(is_before=request.args.get("at") == "end")


def filters_for(shape: type) -> ShapeForm:
    """The filters above a list: a form that is sent by GET, so it never asks for what names a patient.

    What it cannot read narrows nothing and is said at its field.
    """
    form = form_class(shape)(formdata=request.args, meta={"csrf": False})
    form.elsewhere = []
    for field in form:
        if isinstance(field, OneOfField):
            field.call_blank(gettext("Any"))
    form.validate()
    return form


def paging(size: int = SIZES[0], sort: str = "") -> Paging:
    """The page that the address asks for; nonsense in it becomes a message and the first page."""
    wrong: list[str] = []
    number = _number("page", 1, DEEPEST, wrong)
    wanted = _number("size", size, SIZES[-1], wrong)
    pages = Paging(number, wanted, request.args.get("sort", sort), request.args.get("order") == "down")
    pages.wrong = wrong
    return pages


def _number(name: str, default: int, most: int, wrong: list[str]) -> int:
    typed = request.args.get(name, "")
    if not typed:
        return default
    if typed.isdecimal() and len(typed) < 20 and 1 <= int(typed) <= most:
        return int(typed)
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
