"""Writes many rows with one statement, and hands out ids before they are written, so that rows can name each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

DIALECT = postgresql.dialect()
BLOCK = 500


class Numbers:
    """Ids of each table, taken from its own sequence in blocks."""

    def __init__(self, session: Session) -> None:
        """Take nothing yet."""
        self.session = session
        self.taken: dict[str, Iterator[int]] = {}

    def next(self, table: str) -> int:
        """The next free id of a table."""
        number = next(self.taken.get(table, iter(())), None)
        if number is None:
            self.taken[table] = iter(self.block(table))
            number = next(self.taken[table])
        return number

    def block(self, table: str) -> Sequence[int]:
        """Some free ids of a table."""
        asked = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
        return self.session.scalars(asked, {"table": table, "count": BLOCK}).all()


def insert_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same keys; the server reads one array a column."""
    if not rows:
        return
    names = list(rows[0])
    arrays = {name: [row[name] for row in rows] for name in names}
    types = {name: table.c[name].type.compile(DIALECT) for name in names}
    casts = ", ".join(f"CAST(:{name} AS {types[name]}[])" for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    session.execute(text(f'INSERT INTO "{table.name}" ({quoted}) SELECT * FROM unnest({casts})'), arrays)  # noqa: S608
