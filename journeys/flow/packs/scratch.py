"""Databases made for the lives of a pack and thrown away: one is prepared, each life gets a copy.

A life needs a past of its own, a clock of its own and nobody else's patients, so a transaction rolled back in the
installation's own database would not do: reactions and readers tell events by their transaction, segments would hold
the clinic's real patients, and lanes would stay locked while the life goes on.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from journeys.flow.events.react import react
from journeys.foundation.acting import House
from journeys.foundation.database import OWNER, WORKER, connect, sessions
from journeys.foundation.errors import Unavailable
from journeys.store.setting_up.setup import prepare


class Scratch:
    """A prepared database and copies of it."""

    def __init__(self, owner_url: str) -> None:
        """Make nothing yet; `owner_url` is any database of the server."""
        self.url = make_url(owner_url)
        self.template = f"waymark_lives_{uuid.uuid4().hex[:12]}"
        self.count = 0

    @contextmanager
    def house(self) -> Iterator[House]:
        """A house on a fresh copy, gone at the end."""
        self.count += 1
        name = f"{self.template}_{self.count}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.template}"')
        engine = connect(self.address_of(name), WORKER)
        try:
            yield House(sessions(engine), react=react)
        finally:
            engine.dispose()
            self.drop(name)

    def execute(self, statement: str) -> None:
        """Run one statement that cannot stand in a transaction."""
        engine = connect(self.url.render_as_string(hide_password=False), OWNER)
        try:
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text(statement))
        finally:
            engine.dispose()

    def drop(self, name: str) -> None:
        """Throw one away."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def address_of(self, name: str) -> str:
        """The address of another database of the same server."""
        return self.url.set(database=name).render_as_string(hide_password=False)


@contextmanager
def scratch(owner_url: str, today: dt.date) -> Iterator[Scratch]:
    """A prepared database of the server at `owner_url`; Unavailable when its account may not make any.

    `today` decides which monthly partitions are made.
    """
    made = Scratch(owner_url)
    try:
        made.execute(f"CREATE DATABASE \"{made.template}\" TEMPLATE template0 ENCODING 'UTF8'")
    except ProgrammingError:
        raise Unavailable(
            "Lives are played in databases of their own, and this account may not make any."
            " Allow it with ALTER ROLE … CREATEDB, or name another server in DATABASE_URL."
        ) from None
    try:
        prepare(made.address_of(made.template), today)
        yield made
    finally:
        made.drop(made.template)
