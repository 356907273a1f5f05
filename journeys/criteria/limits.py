"""Keeps a rule that somebody is still writing from holding the database up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.errors import QueryCanceled
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from journeys.foundation.database import PREPARED
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_

SECONDS = 5
"""How long somebody waits before a screen."""

LIMIT = text("SELECT set_config('statement_timeout', :limit, true)").execution_options(**PREPARED)
LIMIT_INSTEAD = text(
    "WITH before AS MATERIALIZED (SELECT current_setting('statement_timeout') AS value)"
    " SELECT value, clock_timestamp() AS begin, set_config('statement_timeout', :limit, true) FROM before"
).execution_options(**PREPARED)
"""What it was before comes first."""


class TooSlow(Invalid):
    """The rule takes longer than it may."""


@contextmanager
def limited(session: Session, where: str, seconds: float | None = None) -> Iterator[dt.datetime]:
    """Give every statement inside so many seconds, SECONDS where nothing else is said; gives the time at which this
    began by the database's clock.

    TooSlow with the place when one takes longer; the act is over then, or the savepoint around it.
    """
    most = SECONDS if seconds is None else seconds
    before, begin, _ = session.execute(LIMIT_INSTEAD, {"limit": f"{most}s"}).one()
    try:
        yield begin
    except OperationalError as error:
        if isinstance(error.orig, QueryCanceled):
            too_slow = N_("The rule takes longer than %(seconds)s seconds; make it simpler, or ask for a shorter time")
            raise TooSlow([Problem(where, too_slow, {"seconds": most})]) from None
        raise
    session.execute(LIMIT, {"limit": before})
