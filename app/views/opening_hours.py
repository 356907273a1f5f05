"""Opening hours: when branches and queues work, by which everything counts that is due in working time."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import flash
from flask_babel import gettext, ngettext
from sqlalchemy import or_, select
from werkzeug.wrappers import Response

from app.base import Column, Screen, ShapeForm, allowed, expose, form_for, perform, reading, say_texts
from app.views.drafts import row_version
from journeys.foundation.errors import Invalid, Stale
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_
from journeys.store.organisation import Location
from journeys.store.tasks import TaskQueue
from journeys.work.opening_hours.checking import WEEKDAYS
from journeys.work.opening_hours.hours import OpeningHours, every_opening_hours, opening_hours_of
from journeys.work.opening_hours.keep_hours import keep_hours

DASHES = re.compile(r"\s*[-–—]\s*")
EARLY = re.compile(r"[0-9]:")
DAY_NAMES = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
COLUMNS = (
    Column(N_("Name"), "name", link=lambda row: f"/opening-hours/{row['slug']}/"),
    Column(N_("Open in the week"), "week"),
    Column(N_("Closed days ahead"), "closed", kind="number"),
    Column(N_("Time zone"), "zone", kind="muted"),
    Column(N_("Followed by"), "followed"),
)


def branches() -> list[tuple[str, str]]:
    """Every branch in use, by name, and those that follow hours already: not shown, they would be let go unseen."""
    with reading() as (session, _):
        shown = or_(Location.status == "active", Location.calendar_id.is_not(None))
        chosen = select(Location.slug, Location.name).where(shown, Location.slug.is_not(None))
        return [(slug or "", name) for slug, name in session.execute(chosen.order_by(Location.name, Location.id))]


def queues() -> list[tuple[str, str]]:
    """Every queue in use, by what it is called, and those that follow hours already."""
    with reading() as (session, _):
        shown = or_(TaskQueue.active, TaskQueue.calendar_id.is_not(None))
        chosen = select(TaskQueue.slug, TaskQueue.name).where(shown).order_by(TaskQueue.slug)
        return [(slug, say_texts(name) or slug) for slug, name in session.execute(chosen)]


def a_day(number: int, **more: Any) -> Any:
    """The field of a weekday: `08:00-12:00, 13:00-17:00`, empty where it is closed."""
    attributes = {"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}
    return field(default="", metadata={"label": DAY_NAMES[number - 1], "attributes": attributes, **more})


@dataclass(frozen=True)
class HoursForm:
    """Opening hours as people type them."""

    name: Texts = field(metadata={"label": N_("Name")})
    zone: str = field(
        metadata={
            "label": N_("Time zone"),
            "help": N_("For example America/New_York"),
            "attributes": {"autocomplete": "off", "spellcheck": "false", "dir": "ltr"},
        }
    )
    monday: str = a_day(
        1,
        group=N_("When it is open"),
        key="hours.1",
        help=N_("Write stretches as 08:00-12:00, with commas between; 24:00 is midnight"),
    )
    tuesday: str = a_day(2, key="hours.2")
    wednesday: str = a_day(3, key="hours.3")
    thursday: str = a_day(4, key="hours.4")
    friday: str = a_day(5, key="hours.5")
    saturday: str = a_day(6, key="hours.6")
    sunday: str = a_day(7, key="hours.7")
    closed_days: tuple[str, ...] = field(
        default=(),
        metadata={
            "label": N_("Closed days"),
            "help": N_("One a line, for example 2026-12-25."),
            "attributes": {"rows": 6, "dir": "ltr"},
        },
    )
    branches: tuple[str, ...] = field(
        default=(), metadata={"label": N_("Branches"), "choices": branches, "group": N_("Who follows these hours")}
    )
    queues: tuple[str, ...] = field(default=(), metadata={"label": N_("Queues"), "choices": queues})

    def typed(self) -> tuple[str, ...]:
        """What stands at each weekday, Monday first."""
        return (self.monday, self.tuesday, self.wednesday, self.thursday, self.friday, self.saturday, self.sunday)

    def hours(self, slug: str, version: int) -> OpeningHours:
        """What was typed, as the verb takes it; what cannot be read is left as it is, for the verb to say so."""
        hours = {day: stretches(text) for day, text in zip(WEEKDAYS, self.typed(), strict=True)}
        return OpeningHours(
            slug, self.name, self.zone.strip(), hours, self.closed_days, self.branches, self.queues, version
        )


@dataclass(frozen=True)
class NewHours(HoursForm):
    """What new ones need besides."""

    slug: str = field(
        default="",
        metadata={
            "label": N_("Short name"),
            "help": N_("Small letters, digits and hyphens. It never changes."),
            "required": True,
            "group": N_("How it is called elsewhere"),
            "attributes": {"autocomplete": "off", "spellcheck": "false", "dir": "ltr"},
        },
    )


class OpeningHoursScreen(Screen):
    """All of them, and one that is changed."""

    name = "opening-hours"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Every calendar, with the hours of its week and who follows it."""
        with reading() as (session, act):
            every = every_opening_hours(session)
            today = act.now.date().isoformat()
        names = dict(branches()) | dict(queues())
        rows = [row_of(each, names, today) for each in every]
        return self.page("opening_hours/index.html", columns=COLUMNS, rows=rows)

    @expose("/new", methods=("GET", "POST"))
    @allowed("manage")
    def new(self) -> Response | tuple[str, int]:
        """Add opening hours."""
        form = form_for(NewHours)
        if form.is_accepted():
            given = form.value()
            if self._kept(form, given.hours(given.slug.strip(), 0)):
                return self.go("show", slug=given.slug.strip())
        return self.page("opening_hours/edit.html", form=form, given=None, status=form.status)

    @expose("/<slug>/")
    @allowed("read")
    def show(self, slug: str) -> tuple[str, int]:
        """One calendar, day by day."""
        with reading() as (session, act):
            given = opening_hours_of(session, slug)
            today = act.now.date().isoformat()
        names = dict(branches()) | dict(queues())
        return self.page(
            "opening_hours/show.html",
            given=given,
            week=[
                (gettext(name), written(given.hours.get(day, ())))
                for name, day in zip(DAY_NAMES, WEEKDAYS, strict=True)
            ],
            ahead=[day for day in given.closed_days if day >= today],
            followers=followers(given, names),
        )

    @expose("/<slug>/edit", methods=("GET", "POST"))
    @allowed("manage")
    def edit(self, slug: str) -> Response | tuple[str, int]:
        """Change the hours from today on."""
        with reading() as (session, _):
            given = opening_hours_of(session, slug)
        form = form_for(HoursForm, form_of(given))
        if form.is_accepted() and self._kept(form, form.value().hours(slug, row_version() or given.version)):
            return self.go("show", slug=slug)
        return self.page("opening_hours/edit.html", form=form, given=given, status=form.status)

    def _kept(self, form: ShapeForm, given: OpeningHours) -> bool:
        """Whether they were written; otherwise the form says why not."""
        try:
            perform(keep_hours, given)
        except Invalid as invalid:
            form.refuse(invalid.problems)
        except Stale:
            form.elsewhere.append(gettext("Somebody else changed these hours meanwhile. Compare in a second tab."))
        else:
            flash(gettext("The hours are kept."), "success")
            return True
        return False


def form_of(given: OpeningHours) -> HoursForm:
    """What a form shows at first."""
    days = [written(given.hours.get(day, ())) for day in WEEKDAYS]
    return HoursForm(
        given.name, given.zone, *days, tuple(given.closed_days), tuple(given.branches), tuple(given.queues)
    )


def stretches(text: str) -> list[list[str]]:
    """`8:00 – 12:00, 13:00-17:00` as pairs; of what is no pair, one that is refused."""
    found = []
    for part in filter(None, (each.strip() for each in text.split(","))):
        begins, _, ends = DASHES.sub("-", part).partition("-")
        found.append([padded(begins), padded(ends)])
    return found


def padded(clock: str) -> str:
    """`8:00` with the zero that it lacks."""
    return f"0{clock}" if EARLY.match(clock) else clock


def written(given: Iterable[Sequence[str]]) -> str:
    """Stretches as they are typed."""
    return ", ".join(f"{begins}-{ends}" for begins, ends in given)


def row_of(given: OpeningHours, names: Mapping[str, str], today: str) -> Mapping[str, Any]:
    """One calendar, as the list shows it."""
    days = sum(bool(given.hours.get(day)) for day in WEEKDAYS)
    return {
        "slug": given.slug,
        "name": say_texts(given.name) or given.slug,
        "week": ngettext("%(num)s day", "%(num)s days", days),
        "closed": sum(day >= today for day in given.closed_days),
        "zone": given.zone,
        "followed": ", ".join(followers(given, names)) or gettext("Nobody"),
    }


def followers(given: OpeningHours, names: Mapping[str, str]) -> list[str]:
    """Who follows these hours, by name."""
    return [names.get(slug, slug) for slug in (*given.branches, *given.queues)]
