"""The portal's one clock. Everything that needs the time asks here, so tests can hold it still."""

import datetime as dt

from flask import current_app


def now() -> dt.datetime:
    """This moment, aware, in UTC; `app.config["CLOCK"]` may hold another function that says it."""
    return current_app.config["CLOCK"]()


def system_clock() -> dt.datetime:
    """The clock of the machine."""
    return dt.datetime.now(dt.UTC)
