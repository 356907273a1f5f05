"""What templates may say: the parts of the house (`ui`), icons, dates, the menu, the chosen theme."""

import datetime as dt
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import format_date, format_datetime, format_decimal, get_locale
from markupsafe import Markup
from werkzeug.local import LocalProxy

THEMES = ("light", "dark")
THEME_COOKIE = "theme"


def install(app: Flask) -> None:
    """Make them globals of every template; widgets of Flask-AppBuilder see globals and no context."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.globals.update(
        ui=LocalProxy(lambda: app.jinja_env.get_template("ui.html").module),
        icon=icon,
        theme=theme,
        day=day,
        moment=moment,
        clock_time=clock_time,
        number=format_decimal,
        here=here,
        may=may,
    )


def icon(name: str, label: str = "") -> Markup:
    """One drawing of `static/icons.svg`. Without a label it is decoration and silent for screen readers."""
    address = url_for("static", filename="icons.svg")
    said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon icon-{}" {}><use href="{}#{}"></use></svg>').format(name, said, address, name)


def theme() -> str:
    """`light` or `dark` when the reader chose, else empty: then the system decides."""
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""


def day(value: dt.date | None) -> str:
    """For example "24 November 2026", in the reader's language."""
    if value is None:
        return ""
    return format_date(value, "d MMMM y" if _is_english() else "long", rebase=False)


def moment(value: dt.datetime | None) -> Markup:
    """A point in time with its day; browsers add "2 hours ago" when the island is built."""
    if value is None:
        return Markup("")
    pattern = "d MMM y, h:mm a" if _is_english() else "d MMM y, HH:mm"
    said = format_datetime(value, pattern)
    return Markup('<time datetime="{}" data-relative>{}</time>').format(value.isoformat(), said)


def clock_time(value: dt.datetime | dt.time | None) -> str:
    """For example "9:30 am"."""
    if value is None:
        return ""
    if isinstance(value, dt.time):
        value = dt.datetime.combine(dt.date(2000, 1, 1), value, dt.UTC)
    return format_datetime(value, "h:mm a" if _is_english() else "HH:mm")


def here(address: str) -> bool:
    """Whether a menu address is the page shown, or one below it."""
    if address == "/":
        return request.path == "/"
    return request.path == address or request.path.startswith(address.rstrip("/") + "/")


def may(right: str, screen: str) -> bool:
    """Whether the signed-in person holds a right on a screen, by its name."""
    return current_app.appbuilder.sm.has_access(f"can_{right}", screen)


def _is_english() -> bool:
    locale: Any = get_locale()
    return locale is None or locale.language == "en"
