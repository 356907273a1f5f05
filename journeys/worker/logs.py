"""Log lines that hold no patient's data, whatever an exception carries.

A database's error message quotes the row it refused ("Failing row contains (…)"), so an exception is logged as its
type, its SQLSTATE and constraint, and where it was raised; only Waymark's own errors, which promise to hold no
such data, keep their words.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType

from journeys.foundation.errors import WaymarkError

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
RQ = ("rq", "rq.worker", "rq.job", "rq.queue")
"""These tell every start and end of every job at INFO, and set their own level."""

FRAMES = 12
"""How many of the innermost frames are shown."""


class SafeFormatter(logging.Formatter):
    """Formats a record; an exception is told by `describe` and its frames, never by its own words."""

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """The places the exception came through, and what it was."""
        error = ei[1]
        if error is None:
            return ""
        return "\n".join([*frames(error), describe(error)])


def set_up(level: str) -> None:
    """Log to stderr in this process, safely; RQ then adds no handlers of its own."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(SafeFormatter(FORMAT))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in RQ:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))


def describe(error: BaseException) -> str:
    """What went wrong, without any value: the type, what the database says of it in codes, Waymark's own words."""
    if isinstance(error, WaymarkError):
        return f"{type(error).__name__}: {error}"
    cause = getattr(error, "orig", None) or error
    words = [type(error).__name__]
    if cause is not error:
        words.append(type(cause).__name__)
    diagnosis = getattr(cause, "diag", None)
    for code in ("sqlstate", "constraint_name", "table_name"):
        value = getattr(diagnosis, code, None)
        if value:
            words.append(f"{code}={value}")
    return " ".join(words)


def frames(error: BaseException) -> list[str]:
    """File, line and function of the innermost frames, without source lines or values."""
    stack = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in stack]
