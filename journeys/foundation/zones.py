"""Time zones for SQL: one tzdata (the pip one), all zone arithmetic done here in Python, kept in `zone_span`, joined
by SQL.

A wall time that does not exist (the clocks jump over it) is the first instant after the gap; one that exists twice is
its first occurrence. PostgreSQL's own AT TIME ZONE decides the second one otherwise and reads another tzdata, so it
is never used."""

from __future__ import annotations

import bisect
import datetime as dt
import functools
import zoneinfo
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Interval,
    PrimaryKeyConstraint,
    cast,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from journeys.foundation.tables import Base

# The system's tzdata differs between machines; PYTHONTZPATH="" in code: only the pinned package counts.
zoneinfo.reset_tzpath(to=())

FIRST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
LAST = dt.datetime(2051, 1, 1, tzinfo=dt.UTC)
STEP = dt.timedelta(days=7)
NONE: ColumnElement[int] = literal_column("0", Integer)


class ZoneSpan(Base):
    """A stretch of time in which a zone keeps one offset (minutes east of UTC).

    `from_at` ≤ instant < `to_at`, and `wall_from` ≤ wall time < `wall_to` for wall times that this span answers.
    """

    __tablename__ = "zone_span"
    __table_args__ = (PrimaryKeyConstraint("zone", "from_at"),)

    zone: Mapped[str]
    from_at: Mapped[dt.datetime]
    to_at: Mapped[dt.datetime]
    offset_minutes: Mapped[int]
    wall_from: Mapped[dt.datetime] = mapped_column(DateTime(timezone=False))
    wall_to: Mapped[dt.datetime] = mapped_column(DateTime(timezone=False))


SPANS = ZoneSpan.__table__
"""The table without its mapping: rules nest these look-ups deeply, and mapped columns make building them slow."""


@dataclass(frozen=True)
class Span:
    """One span before it is a row: from and to are UTC, the offset a timedelta."""

    from_at: dt.datetime
    to_at: dt.datetime
    offset: dt.timedelta


def is_zone(name: str) -> bool:
    """Whether `name` is an IANA zone of the pinned tzdata."""
    return name in zoneinfo.available_timezones()


def spans_of(zone: str) -> Iterator[Span]:
    """The spans of a zone from FIRST to LAST, in order, without holes."""
    info = zoneinfo.ZoneInfo(zone)
    began = FIRST
    now = FIRST
    while now < LAST:
        after = min(now + STEP, LAST)
        if offset_at(info, after) != offset_at(info, now):
            change = first_change(info, now, after)
            yield Span(began, change, offset_at(info, began))
            began = change
            now = change
        else:
            now = after
    yield Span(began, LAST, offset_at(info, began))


def offset_at(info: zoneinfo.ZoneInfo, instant: dt.datetime) -> dt.timedelta:
    """The offset from UTC at an instant."""
    return instant.astimezone(info).utcoffset() or dt.timedelta(0)


def first_change(info: zoneinfo.ZoneInfo, low: dt.datetime, high: dt.datetime) -> dt.datetime:
    """The first instant after `low` at which the offset is no longer that of `low`; zones change at whole seconds."""
    offset = offset_at(info, low)
    while high - low > dt.timedelta(seconds=1):
        middle = low + dt.timedelta(seconds=int((high - low).total_seconds()) // 2)
        if offset_at(info, middle) == offset:
            low = middle
        else:
            high = middle
    return high


@functools.lru_cache(maxsize=64)
def rows_of(zone: str) -> list[dict[str, Any]]:
    """The rows of a zone; each span answers the wall times from where the one before it stopped. Worked out once:
    sixty years are looked through week by week. Nobody changes what is returned."""
    rows = []
    wall_from = FIRST.replace(tzinfo=None) - dt.timedelta(days=1)
    for span in spans_of(zone):
        wall_to = span.to_at.replace(tzinfo=None) + span.offset
        rows.append(
            {
                "zone": zone,
                "from_at": span.from_at,
                "to_at": span.to_at,
                "offset_minutes": int(span.offset.total_seconds()) // 60,
                "wall_from": wall_from,
                "wall_to": wall_to,
            }
        )
        wall_from = wall_to
    return rows


def ensure_zones(session: Session, zones: Iterable[str]) -> None:
    """Make sure that SQL can work with these zones; ValueError for a name that is none."""
    wanted = set(zones)
    known = set(session.scalars(select(ZoneSpan.zone).where(ZoneSpan.zone.in_(wanted)).distinct()))
    for zone in sorted(wanted - known):
        session.execute(insert(ZoneSpan).on_conflict_do_nothing(), rows_of(zone))


def offset_minutes(zone: Any, instant: Any) -> ColumnElement[int]:
    """SQL: minutes east of UTC that `zone` keeps at `instant`."""
    return (
        select(SPANS.c.offset_minutes)
        .where(SPANS.c.zone == zone, SPANS.c.from_at <= instant, SPANS.c.to_at > instant)
        # there is one; asked for so, the index is read from it on, and not from the first that the zone ever had
        .order_by(SPANS.c.from_at.desc())
        .limit(literal_column("1"))
        .correlate_except(SPANS)
        .scalar_subquery()
    )


def wall_time(zone: Any, instant: Any) -> ColumnElement[Any]:
    """SQL: the wall time (timestamp without zone) in `zone` at `instant`."""
    in_utc = func.timezone("UTC", instant)
    return type_coerce(in_utc + minutes(offset_minutes(zone, instant)), DateTime(timezone=False))


def instant_of(zone: Any, wall: Any) -> ColumnElement[Any]:
    """SQL: the instant of a wall time in `zone`, by the gap and fold rules above."""
    answers = (SPANS.c.zone == zone, SPANS.c.wall_from <= wall, SPANS.c.wall_to > wall)
    straight = func.timezone("UTC", cast(wall, DateTime(timezone=False)) - minutes(SPANS.c.offset_minutes))
    return type_coerce(
        select(func.greatest(straight, SPANS.c.from_at)).where(*answers).correlate_except(SPANS).scalar_subquery(),
        DateTime(timezone=True),
    )


def minutes(number: Any) -> ColumnElement[dt.timedelta]:
    """SQL: a number of minutes as an interval."""
    return func.make_interval(NONE, NONE, NONE, NONE, NONE, cast(number, Integer), type_=Interval)


def instant_in_python(zone: str, wall: dt.datetime) -> dt.datetime:
    """The same rule in Python: the oracle of `instant_of`, and what forms use."""
    rows = rows_of(zone)
    row = rows[bisect.bisect_right(rows, wall, key=itemgetter("wall_from")) - 1]
    if row["wall_from"] <= wall < row["wall_to"]:
        straight = (wall - dt.timedelta(minutes=row["offset_minutes"])).replace(tzinfo=dt.UTC)
        return max(straight, row["from_at"])
    raise ValueError(f"{wall} lies outside the years that zones are kept for")
