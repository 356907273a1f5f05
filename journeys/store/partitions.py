"""Monthly partitions of history, events and audit, made ahead of time; a default partition catches what no month
does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import Connection, text

PARTITIONED = ("audit_entry", "event", "enrolment_history")
MONTHS_AHEAD = 13


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
