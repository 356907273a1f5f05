"""Dates in rules: spans, moments, and the patient's local day.

A **span** is `{"days": 30}`, or several units together. Years and months are added first, then weeks and days; a day
that the month does not have becomes its last day (31 January + 1 month is 28 or 29 February).

A **moment** is `{"now": true}`, `{"date": "2026-03-01"}`, `{"focus": "due_on"}` (a date of the focus record),
`{"field": "birth_date"}` (a date of the patient) or, beside a record that was found, `{"record": "end_at"}` (a date of
that one); each may have `"plus": span` with negative numbers too. `{"now": true}` alone is the very instant, and so is
a date of a found record with `"exact": true`, compared with an instant. Every other moment is a whole day in the
patient's zone: `before` is before it begins, `after` after it ends, `between` holds both whole days. The zone is the
patient's own, else their branch's, else UTC.

Looking up where somebody's day begins costs; so a value is first compared with the earliest and the latest moment that
it can begin for anybody, and only what lies between them is looked up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, Date, DateTime, and_, case, cast, func, literal, or_, select, type_coerce
from sqlalchemy.sql.selectable import SelectBase
from sqlalchemy.sql.visitors import iterate

from journeys.criteria.kinds import DAY, INSTANT
from journeys.criteria.subject import Subject
from journeys.foundation.zones import SPANS, instant_of, minutes, wall_time
from journeys.store.organisation import Location
from journeys.store.people import Patient

UNITS = ("years", "months", "weeks", "days")
FARTHEST_WEST = dt.timedelta(hours=13)
FARTHEST_EAST = dt.timedelta(hours=15)
"""No zone is, or was, farther from UTC."""

PATIENTS = Patient.__table__.alias("zone_patient")
BRANCHES = Location.__table__.alias("zone_branch")
"""What zones are looked up in; aliases of their own, made once because making one is slow."""

Span = Mapping[str, int]
Moment = Mapping[str, Any]
Flag = ColumnElement[bool]
Look = Callable[[str], tuple[ColumnElement[Any], str]]
"""Name of a date → (value, kind)."""

BASES = ("now", "date", "focus", "field", "record")
"""What a moment can start from."""


def shifted(day: dt.date, span: Span, sign: int = 1) -> dt.date:
    """The day a span later (or earlier, with sign -1), by the month rule above."""
    years, months, weeks, days = (sign * span.get(unit, 0) for unit in UNITS)
    return day + relativedelta(years=years, months=months, weeks=weeks, days=days)


def shifted_in_sql(day: ColumnElement[dt.date], span: Span, sign: int = 1) -> ColumnElement[dt.date]:
    """The same as `shifted`, for PostgreSQL."""
    if not any(span.values()):
        return day
    return cast(day + func.make_interval(*(sign * span.get(unit, 0) for unit in UNITS)), Date)


def zone_of(patient_id: Any) -> ColumnElement[str]:
    """SQL: the zone in which a patient's days are counted."""
    return (
        select(func.coalesce(PATIENTS.c.time_zone, BRANCHES.c.time_zone, "UTC"))
        .select_from(PATIENTS.outerjoin(BRANCHES, BRANCHES.c.id == PATIENTS.c.managing_location_id))
        .where(PATIENTS.c.id == patient_id)
        .correlate_except(PATIENTS, BRANCHES)
        .scalar_subquery()
    )


def zone_of_subject(subject: Subject) -> ColumnElement[str]:
    """SQL: the zone of the subject; without a look-up when its patient row is at hand and names a zone."""
    if subject.patient is None:
        return zone_of(subject.patient_id)
    of_branch = (
        select(BRANCHES.c.time_zone)
        .where(BRANCHES.c.id == subject.fact("managing_location_id"))
        .correlate_except(BRANCHES)
        .scalar_subquery()
    )
    return func.coalesce(subject.fact("time_zone"), of_branch, "UTC")


@dataclass(frozen=True)
class Day:
    """A local day as SQL; and the first and last day that it is for anybody, where they are cheap to know."""

    value: ColumnElement[dt.date]
    first: dt.date | ColumnElement[dt.date] | None = None
    last: dt.date | ColumnElement[dt.date] | None = None

    def plus(self, span: Span, sign: int = 1) -> Day:
        """The day a span later."""
        first, last = (moved(day, span, sign) for day in (self.first, self.last))
        return Day(shifted_in_sql(self.value, span, sign), first, last)


def moved(day: dt.date | ColumnElement[dt.date] | None, span: Span, sign: int) -> Any:
    """A day, or its SQL, a span later."""
    if day is None:
        return None
    return shifted(day, span, sign) if isinstance(day, dt.date) else shifted_in_sql(day, span, sign)


@dataclass(frozen=True)
class Edge:
    """Where a day begins, for comparing; `lowest` and `highest` bound it for every patient alike, when known.

    `is_cheap` says that the exact value is at hand, so that nothing is won by looking at it for values near it only.
    """

    exact: ColumnElement[Any]
    lowest: Any = None
    highest: Any = None
    is_cheap: bool = False

    def at_or_after(self, value: ColumnElement[Any]) -> Flag:
        """Whether a value is not before the edge; the zone is looked up only for values near it."""
        if self.lowest is None:
            return value >= self.exact
        if self.is_cheap:
            return and_(value >= self.lowest, value >= self.exact)
        return and_(value >= self.lowest, or_(value >= self.highest, value >= self.exact))

    def before(self, value: ColumnElement[Any]) -> Flag:
        """Whether a value is before the edge."""
        if self.lowest is None:
            return value < self.exact
        if self.is_cheap:
            return and_(value < self.highest, value < self.exact)
        return and_(value < self.highest, or_(value < self.lowest, value < self.exact))


def nothing(name: str) -> tuple[ColumnElement[Any], str]:
    """Refuse: the check has let a rule name a date that is not there."""
    raise ValueError(f"There is no date {name} here")


@dataclass(frozen=True)
class Clock:
    """Compares dates of one patient: what is now, in which zone, and how to read the dates that moments name.

    `focus`, `fact` and `record` return (value, kind) of an attribute of the focus record, of a fact of the patient, and
    of an attribute of the record that was found.
    """

    now: dt.datetime | ColumnElement[dt.datetime]
    zone: ColumnElement[str]
    focus: Look = nothing
    fact: Look = nothing
    record: Look = nothing

    def beside(self, record: Look) -> Self:
        """The same clock beside a record that was found, whose dates `record` looks up."""
        return replace(self, record=record)

    def today(self) -> Day:
        """The patient's local day."""
        if not isinstance(self.now, dt.datetime):
            return Day(self.local_day(self.now))
        now = self.now.astimezone(dt.UTC)
        return Day(self.local_day(now), (now - FARTHEST_WEST).date(), (now + FARTHEST_EAST).date())

    def today_for_many(self) -> ColumnElement[dt.date]:
        """The patient's local day as a value that every row needs: zones are looked up once, not row by row."""
        if not isinstance(self.now, dt.datetime):
            return self.local_day(self.now)
        now = self.now.astimezone(dt.UTC)
        ahead = case((self.zone.in_(zones_where(now, later=True)), 1), else_=0)
        behind = case((self.zone.in_(zones_where(now, later=False)), 1), else_=0)
        return type_coerce(literal(now.date(), Date) + ahead - behind, Date)

    def local_day(self, instant: Any) -> ColumnElement[dt.date]:
        """The day of an instant in the patient's zone."""
        in_utc = func.timezone("UTC", instant)
        return cast(func.coalesce(wall_time(self.zone, instant), in_utc), Date)

    def day_of(self, moment: Moment) -> Day:
        """The local day that a moment means."""
        if "date" in moment:
            date = dt.date.fromisoformat(moment["date"])
            day = Day(literal(date, Date), date, date)
        elif "focus" in moment:
            value, kind = self.focus(moment["focus"])
            day = Day(value if kind == DAY else self.local_day(value))
        elif "field" in moment:
            day = self.bounded(*self.fact(moment["field"]))
        elif "record" in moment:
            day = self.bounded(*self.record(moment["record"]))
        else:
            day = self.today()
        return day.plus(moment.get("plus", {}))

    def bounded(self, value: ColumnElement[Any], kind: str) -> Day:
        """The local day of a value; with the first and last day for anybody when the value is at hand."""
        if kind == DAY:
            return Day(value, value, value) if is_at_hand(value) else Day(value)
        if not is_at_hand(value):
            return Day(self.local_day(value))
        in_utc = func.timezone("UTC", value)
        return Day(self.local_day(value), cast(in_utc - FARTHEST_WEST, Date), cast(in_utc + FARTHEST_EAST, Date))

    def edge_of(self, day: Day, kind: str) -> Edge:
        """Where a day begins: the day itself among days, its first instant among instants."""
        if kind == DAY:
            return Edge(day.value, day.first, day.last)
        exact = start_of_day(self.zone, day.value)
        if day.first is None or day.last is None:
            return Edge(exact)
        return Edge(exact, start_in_utc(day.first) - FARTHEST_EAST, start_in_utc(day.last) + FARTHEST_WEST)

    def not_before(self, value: ColumnElement[Any], kind: str, moment: Moment) -> Flag:
        """Whether a value lies at or after the beginning of a moment."""
        if is_instant(moment, kind):
            return value >= self.instant_of(moment)
        return self.edge_of(self.day_of(moment), kind).at_or_after(value)

    def not_after(self, value: ColumnElement[Any], kind: str, moment: Moment) -> Flag:
        """Whether a value lies before the end of a moment."""
        if is_instant(moment, kind):
            return value <= self.instant_of(moment)
        return self.edge_of(self.day_of(moment).plus({"days": 1}), kind).before(value)

    def before(self, value: ColumnElement[Any], kind: str, moment: Moment) -> Flag:
        """Whether a value lies before the beginning of a moment."""
        if is_instant(moment, kind):
            return value < self.instant_of(moment)
        return self.edge_of(self.day_of(moment), kind).before(value)

    def after(self, value: ColumnElement[Any], kind: str, moment: Moment) -> Flag:
        """Whether a value lies after the end of a moment."""
        if is_instant(moment, kind):
            return value > self.instant_of(moment)
        return self.edge_of(self.day_of(moment).plus({"days": 1}), kind).at_or_after(value)

    def instant_of(self, moment: Moment) -> Any:
        """The very instant that a moment means."""
        return self.record(moment["record"])[0] if "record" in moment else self.now

    def within_last(self, value: ColumnElement[Any], kind: str, span: Span) -> Flag:
        """Whether a value lies between the local day a span ago and now."""
        since = {"now": True, "plus": {unit: -number for unit, number in span.items()}}
        return and_(self.not_before(value, kind, since), self.not_after(value, kind, {"now": True}))

    def within_next(self, value: ColumnElement[Any], kind: str, span: Span) -> Flag:
        """Whether a value lies between now and the end of the local day a span ahead."""
        until = {"now": True, "plus": span}
        return and_(self.not_before(value, kind, {"now": True}), self.not_after(value, kind, until))

    def since_record(self, value: ColumnElement[Any], kind: str, name: str) -> Flag:
        """Whether a value lies at or after a date of the record that was found: to the instant where both have one."""
        own, own_kind = self.record(name)
        return value >= own if kind == own_kind else self.not_before(value, kind, {"record": name})

    def until_record(self, value: ColumnElement[Any], kind: str, name: str) -> Flag:
        """Whether a value lies at or before a date of the record that was found."""
        own, own_kind = self.record(name)
        return value <= own if kind == own_kind else self.not_after(value, kind, {"record": name})


def is_at_hand(value: ColumnElement[Any]) -> bool:
    """Whether a value is a column, or columns put together, rather than a look-up of its own."""
    return not any(isinstance(part, SelectBase) for part in iterate(value))


def is_instant(moment: Moment, kind: str) -> bool:
    """Whether a moment means a very instant, compared with an instant: `now` itself, or an exact date of a record."""
    return kind == INSTANT and "plus" not in moment and ("now" in moment or "exact" in moment)


def start_in_utc(day: Any) -> Any:
    """Midnight of a day in UTC; as SQL where the day is."""
    if isinstance(day, dt.date):
        return dt.datetime.combine(day, dt.time(), dt.UTC)
    return type_coerce(func.timezone("UTC", cast(day, DateTime(timezone=False))), DateTime(timezone=True))


def start_of_day(zone: ColumnElement[str], day: ColumnElement[dt.date]) -> ColumnElement[dt.datetime]:
    """SQL: the first instant of a day in a zone."""
    wanted = select(zone.label("zone"), cast(day, DateTime(timezone=False)).label("midnight"))
    wall = wanted.correlate_except().subquery("wall")
    begins = func.coalesce(instant_of(wall.c.zone, wall.c.midnight), func.timezone("UTC", wall.c.midnight))
    return type_coerce(
        select(begins).select_from(wall).correlate_except(wall).scalar_subquery(), DateTime(timezone=True)
    )


def zones_where(now: dt.datetime, *, later: bool) -> Any:
    """SELECT the zones in which it is already the next day, or still the day before, while it is `now` in UTC."""
    local = cast(func.timezone("UTC", literal(now)) + minutes(SPANS.c.offset_minutes), Date)
    there = local > literal(now.date(), Date) if later else local < literal(now.date(), Date)
    return select(SPANS.c.zone).where(SPANS.c.from_at <= now, SPANS.c.to_at > now, there).correlate_except(SPANS)
