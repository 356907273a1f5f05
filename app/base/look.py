"""What templates may say: the parts of the house (`ui`), icons, dates, the menu, the chosen theme."""

import datetime as dt
from functools import lru_cache
from types import ModuleType
from typing import Any

from babel import Locale, dates
from flask import Flask, current_app, g, request, url_for
from flask_babel import format_datetime, format_decimal, get_timezone
from markupsafe import Markup, escape

from app.base.words import reader_locale

THEMES = ("light", "dark")
THEME_COOKIE = "theme"

REMEMBERED = 4_096
"""Drawings, days and times of day whose words are kept: a list says the same ones again and again, and each would be
put together from a pattern. They depend on nothing but what they are asked with."""


class Parts:
    """The macros of `ui.html` under their names, each looked up once: a page asks for them hundreds of times."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        """The macro, found when a template first asks for it: then every global that it uses is there."""
        module: ModuleType = self._app.jinja_env.get_template("ui.html").module
        macro = getattr(module, name)
        setattr(self, name, macro)
        return macro


def install(app: Flask) -> None:
    """Make them globals of every template; widgets of Flask-AppBuilder see globals and no context."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.globals.update(
        ui=Parts(app),
        icon=icon,
        file_address=file_address,
        theme=theme,
        day=day,
        moment=moment,
        clock_time=clock_time,
        number=format_decimal,
        here=here,
        may=may,
        way_back=way_back,
    )


def icon(name: str, label: str = "") -> Markup:
    """One drawing of `static/icons.svg`. Without a label it is decoration and silent for screen readers."""
    return drawing(file_address("icons.svg"), name, label)


@lru_cache(REMEMBERED)
def drawing(address: str, name: str, label: str) -> Markup:
    """The tag of an icon of the file at `address`."""
    said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon icon-{}" {}><use href="{}#{}"></use></svg>').format(name, said, address, name)


def file_address(name: str) -> str:
    """The address of a file in `static/`."""
    return address_below(request.script_root, name)


@lru_cache(REMEMBERED)
def address_below(_root: str, name: str) -> str:
    """The same, worked out once for each place that a proxy puts the portal at."""
    return url_for("static", filename=name)


def theme() -> str:
    """`light` or `dark` when the reader chose, else empty: then the system decides."""
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""


def day(value: dt.date | None) -> str:
    """For example "24 November 2026", in the reader's language."""
    if value is None:
        return ""
    locale = reader_locale()
    return day_words(locale, "d MMMM y" if locale.language == "en" else "long", value.year, value.month, value.day)


def moment(value: dt.datetime | None) -> Markup:
    """A point in time with its day; browsers add "2 hours ago" when the island is built."""
    if value is None:
        return Markup("")
    locale = reader_locale()
    local = value.astimezone(reader_zone())
    on = day_words(locale, "d MMM y", local.year, local.month, local.day)
    at = time_words(locale, "h:mm a" if locale.language == "en" else "HH:mm", local.hour, local.minute)
    return Markup(f'<time datetime="{value.isoformat()}" data-relative>{escape(on)}, {escape(at)}</time>')  # noqa: S704


def reader_zone() -> dt.tzinfo:
    """The zone in which this reader is told of moments; asked for every moment of a list."""
    known: dt.tzinfo | None = g.get("reader_zone")
    if known is None:
        known = g.reader_zone = get_timezone() or dt.UTC
    return known


@lru_cache(REMEMBERED)
def day_words(locale: Locale, pattern: str, year: int, month: int, number: int) -> str:
    """A day by a pattern of the Unicode locale data."""
    return dates.format_date(dt.date(year, month, number), pattern, locale=locale)


@lru_cache(REMEMBERED)
def time_words(locale: Locale, pattern: str, hour: int, minute: int) -> str:
    """A time of day, likewise."""
    return dates.format_time(dt.time(hour, minute), pattern, locale=locale)


def clock_time(value: dt.datetime | dt.time | None) -> str:
    """For example "9:30 am"."""
    if value is None:
        return ""
    if isinstance(value, dt.time):
        value = dt.datetime.combine(dt.date(2000, 1, 1), value, dt.UTC)
    return format_datetime(value, "h:mm a" if reader_locale().language == "en" else "HH:mm")


def here(address: str) -> bool:
    """Whether a menu address is the page shown, or one below it."""
    if address == "/":
        return request.path == "/"
    return request.path == address or request.path.startswith(address.rstrip("/") + "/")


def way_back() -> str:
    """Where a form of the shell leads back to: the page that it stands on."""
    return request.path if request.method == "GET" else "/"


def may(right: str, screen: str) -> bool:
    """Whether the signed-in person holds a right on a screen, by its name."""
    return current_app.appbuilder.sm.has_access(f"can_{right}", screen)
