"""Monthly partitions of history, events and audit, made ahead of time; a default partition catches what no month
does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

PARTITIONED = ("audit_entry", "event", "enrolment_history")
MONTHS_AHEAD = 13

MONTHS = text("""
SELECT to_date(right(part.relname, 7), 'YYYY_MM') AS start, pg_relation_size(part.oid) > 0 AS is_used,
    greatest(part.reltuples, 0)::bigint AS rows, pg_total_relation_size(part.oid) AS bytes
FROM pg_inherits JOIN pg_class AS part ON part.oid = inhrelid
WHERE inhparent = to_regclass(:table) AND part.relname ~ '_[0-9]{4}_[0-9]{2}$'
ORDER BY start
""")


def month_starts(first: dt.date, count: int) -> Iterator[dt.date]:
    """The first days of `count` months from the month of `first`."""
    year, month = first.year, first.month
    for _ in range(count):
        yield dt.date(year, month, 1)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def ensure_partitions(connection: Connection, today: dt.date) -> None:
    """Make the partitions from this month on for a year, and the default ones; existing ones stay."""
    months = list(month_starts(today, MONTHS_AHEAD + 1))
    for table in PARTITIONED:
        connection.execute(text(f"CREATE TABLE IF NOT EXISTS {table}_other PARTITION OF {table} DEFAULT"))
        for start, end in zip(months, months[1:], strict=False):
            connection.execute(
                text(
                    f"CREATE TABLE IF NOT EXISTS {table}_{start:%Y_%m} PARTITION OF {table}"
                    f" FOR VALUES FROM ('{start}') TO ('{end}')"
                )
            )


@dataclass(frozen=True)
class Month:
    """One month of a partitioned table: whether it ever held a row, how many by the planner's last look, its bytes."""

    start: dt.date
    is_used: bool
    rows: int
    bytes: int

    @property
    def begins(self) -> dt.datetime:
        """The first instant of it; months are those of UTC."""
        return dt.datetime.combine(self.start, dt.time(), dt.UTC)

    @property
    def ends(self) -> dt.datetime:
        """The first instant after it."""
        _this, following = month_starts(self.start, 2)
        return dt.datetime.combine(following, dt.time(), dt.UTC)


def months_of(session: Session, table: str) -> list[Month]:
    """The months of a partitioned table, the oldest first; what the default partition caught is in none."""
    return [Month(*row) for row in session.execute(MONTHS, {"table": table})]
