"""Every part of the house on one page, in every state: what developers choose from and browser tests look at."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from flask import flash
from werkzeug.wrappers import Response

from app.base import Column, Screen, allowed, clock, expose, form_for, paging
from journeys.foundation.words import N_


@dataclass(frozen=True)
class Reminder:
    """An entry of the example form."""

    days: int = field(default=1, metadata={"label": N_("Days before")})
    channel: Literal["sms", "email", "phone"] = field(default="sms", metadata={"label": N_("Channel")})


@dataclass(frozen=True)
class Example:
    """One field of every kind."""

    title: str = field(metadata={"label": N_("Title"), "help": N_("A few words."), "group": N_("Text")})
    note: str = field(default="", metadata={"label": N_("Note"), "rows": 3})
    texts: dict[str, str] = field(default_factory=dict, metadata={"label": N_("Message"), "rows": 2})
    count: int | None = field(default=None, metadata={"label": N_("Count"), "group": N_("Values")})
    due: dt.date | None = field(default=None, metadata={"label": N_("Due date")})
    at: dt.time | None = field(default=None, metadata={"label": N_("Time of day")})
    after: dt.timedelta = field(default=dt.timedelta(days=3), metadata={"label": N_("Wait")})
    is_urgent: bool = field(default=False, metadata={"label": N_("Urgent"), "help": N_("Shown first.")})
    priority: Literal["low", "normal", "high"] = field(default="normal", metadata={"label": N_("Priority")})
    channels: tuple[Literal["sms", "email", "phone"], ...] = field(default=(), metadata={"label": N_("Channels")})
    reminders: tuple[Reminder, ...] = field(default=(), metadata={"label": N_("Reminders")})


@dataclass(frozen=True)
class Row:
    """A row of the example list."""

    id: int
    name: str
    born: dt.date
    visits: int
    state: str


STATES = {
    "due": ("warning", "clock", N_("Due")),
    "done": ("good", "check", N_("Done")),
    "late": ("danger", "alert", N_("Late")),
}
NAMES = ("Aino Berg", "Lucía Silva", "Omar Khan", "Tom Osei", "Mei Novak", "Ivan Petrov", "Sarah Rossi")
COLUMNS = (
    Column(N_("Name"), "name", link=lambda row: f"/styleguide/?row={row.id}", sort="name"),
    Column(N_("Birth date"), "born", kind="date", sort="born"),
    Column(N_("Visits"), "visits", kind="number"),
    Column(N_("State"), "state", kind="chip", chip=STATES.__getitem__),
)


class StyleGuide(Screen):
    """The page itself."""

    name = "styleguide"

    @expose("/", methods=("GET", "POST"))
    @allowed("read")
    def index(self) -> Response | tuple[str, int]:
        """All parts; the form at the end really checks what is typed."""
        form = form_for(Example, Example(title="", reminders=(Reminder(),)))
        if form.is_accepted():
            flash("Accepted.", "success")
            return self.go()
        pages = paging(size=25)
        rows = pages.cut(self._rows(pages.offset, pages.size + 1), total=137)
        known = {"form": form, "columns": COLUMNS, "rows": rows, "pages": pages, "now": clock.now()}
        return self.page("pages/styleguide.html", status=form.status, **known)

    @expose("/part")
    @allowed("read")
    def part(self) -> tuple[str, int]:
        """A part of a page, loaded by itself."""
        return self.page("pages/styleguide_part.html", now=clock.now())

    @expose("/failing")
    @allowed("read")
    def failing(self) -> tuple[str, int]:
        """Fails as a program fails, to show that the page for it says nothing it should not."""
        raise RuntimeError("canary: patient Sarah Mitchell")

    def _rows(self, first: int, count: int) -> list[Row]:
        states = tuple(STATES)
        born = [dt.date(1950, 1, 1) + dt.timedelta(days=331 * index) for index in range(137)]
        return [
            Row(index, NAMES[index % 7], born[index], index % 9, states[index % 3])
            for index in range(first, min(first + count, 137))
        ]
