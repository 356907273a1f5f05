"""Does a piece of work for one journey or segment so that its failure costs nobody else anything.

A version that was fit to be published may still fail: what it refers to is gone, a record divides by zero, a newer
Waymark cannot read it. Without this the whole transaction would fail, again and again, and every other one would stand
still.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from journeys.foundation.errors import WaymarkError

ITS_OWN = (SQLAlchemyError, WaymarkError, LookupError, TypeError, ValueError, ArithmeticError, AttributeError)
"""What a version's content can cause. Anything else (a time limit, no memory) is not the version's fault."""

NOT_ITS_OWN = ("08", "40", "53", "55", "57", "58")
"""Classes of SQLSTATE that have nothing to do with the statement: lost connections, deadlocks, no room, shutdowns."""


def attempt(session: Session, work: Callable[[], None]) -> str | None:
    """Do it inside a savepoint; the name of the exception's class when it failed, with nothing left of it.

    What it emitted, noted and rang is forgotten too. Raises what is not the work's own fault.
    """
    before = {key: copy.copy(value) for key, value in session.info.items()}
    try:
        with session.begin_nested():
            work()
    except ITS_OWN as error:
        if is_of_the_server(error):
            raise
        session.info.clear()
        session.info.update(before)
        return type(error.orig if isinstance(error, DBAPIError) else error).__name__
    return None


def is_of_the_server(error: Exception) -> bool:
    """Whether the same statement may succeed another time: the server or its connection failed, not the statement."""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or state is None or state.startswith(NOT_ITS_OWN)
