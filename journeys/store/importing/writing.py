"""Writes many rows with one statement: arrays in, `unnest`, rows out.

Arrays keep the number of statements of a batch the same for ten rows and for a thousand. COPY would be no faster here:
PostgreSQL does not let a role under row-level security COPY into the table itself.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Dialect, Table, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from journeys.foundation.ids import new_uid
from journeys.foundation.secrets import seal
from journeys.foundation.tables import Base

DIALECT: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
Values = Mapping[str, Any]


def insert_many(session: Session, table: type[Base] | Table, rows: Sequence[Values], or_leave: bool = False) -> None:
    """Insert rows; those with other columns go in a statement of their own. `or_leave` leaves what exists already."""
    for names, some in by_columns(rows):
        columns = ", ".join(f'"{name}"' for name in names)
        conflict = " ON CONFLICT DO NOTHING" if or_leave else ""
        given = unnested(core(table), names)
        statement = f"INSERT INTO {core(table).name} ({columns}) SELECT * FROM {given}{conflict}"  # noqa: S608
        session.execute(text(statement), arrays(names, some))


def update_many(session: Session, table: type[Base] | Table, rows: Sequence[Values]) -> None:
    """Update rows by `id`; a `row_version` goes up by one."""
    target = core(table)
    for names, some in by_columns(rows):
        changes = [f'"{name}" = given."{name}"' for name in names if name != "id"]
        if "row_version" in target.c:
            changes.append("row_version = target.row_version + 1")
        columns = ", ".join(f'"{name}"' for name in names)
        statement = (
            f"UPDATE {target.name} AS target SET {', '.join(changes)}"  # noqa: S608
            f" FROM {unnested(target, names)} AS given({columns}) WHERE target.id = given.id"
        )
        session.execute(text(statement), arrays(names, some))


def core(table: type[Base] | Table) -> Table:
    """The table behind a class."""
    return table if isinstance(table, Table) else table.__table__  # type: ignore[return-value]


def by_columns(rows: Iterable[Values]) -> Iterator[tuple[tuple[str, ...], list[Values]]]:
    """Rows that have the same columns, together."""
    ordered = sorted(rows, key=names_of)
    for names, some in groupby(ordered, key=names_of):
        yield names, list(some)


def names_of(row: Values) -> tuple[str, ...]:
    """The columns of a row, in order."""
    return tuple(sorted(row))


def unnested(table: Table, names: Sequence[str]) -> str:
    """`unnest` over one array a column; the names are columns of the table, never text from outside."""
    casts = (f"CAST(:{name} AS {table.c[name].type.compile(DIALECT)}[])" for name in names)
    return f"unnest({', '.join(casts)})"


def arrays(names: Sequence[str], rows: Sequence[Values]) -> dict[str, list[Any]]:
    """The values of each column."""
    return {name: [row[name] for row in rows] for name in names}


def new_ids(session: Session, table: type[Base] | Table, count: int) -> list[int]:
    """Ids for rows that are about to be inserted, so that they can refer to each other before they exist."""
    if not count:
        return []
    numbers = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
    return list(session.scalars(numbers, {"name": core(table).name, "count": count}))


def sealed(table: type[Base], uid: uuid.UUID, secrets: Mapping[str, str | None]) -> dict[str, bytes | None]:
    """Secrets as the columns of one row."""
    name = core(table).name
    return {
        f"{attribute}_sealed": None if plain is None else seal(plain, name, attribute, uid)
        for attribute, plain in secrets.items()
    }


def sealed_row(table: type[Base], secrets: Mapping[str, str | None], **values: Any) -> dict[str, Any]:
    """A new row with its uid and its secrets sealed for it."""
    uid = new_uid()
    return {"uid": uid, **values, **sealed(table, uid, secrets)}
