"""Courses of values as drawings: points and lines in a box, with the same values as a table for who does not see it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from flask import request
from flask_babel import format_decimal, gettext
from sqlalchemy.orm import Session

from app.base import clock, say_texts
from app.base.look import day, reader_zone
from journeys.care.record.courses import Course, Drawn, Reading, courses
from journeys.care.record.layout import CourseOf

WIDTH, HEIGHT = 560.0, 150.0
LEFT, RIGHT, TOP, BOTTOM = 10.0, 52.0, 12.0, 22.0
YEARS = (1, 3, 10)
DAYS_OF_A_YEAR = 365


@dataclass(frozen=True)
class Point:
    """One value where it is drawn."""

    x: float
    y: float
    says: str
    is_outside: bool


@dataclass(frozen=True)
class Bound:
    """A line that values should not cross, with what it says."""

    y: float
    words: str


@dataclass(frozen=True)
class Curve:
    """One line of values."""

    name: str
    number: int
    points: list[Point]
    last: str
    bounds: list[Bound] = field(default_factory=list)

    @property
    def path(self) -> str:
        """The points as a polyline."""
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)


@dataclass(frozen=True)
class Drawing:
    """One course."""

    slug: str
    name: str
    unit: str
    curves: list[Curve]
    rows: list[tuple[str, str, str, bool]]
    begins: str
    ends: str


def span_of_address() -> int:
    """How many years are drawn; nonsense in the address is one."""
    asked = request.args.get("years", "")
    return int(asked) if asked.isdecimal() and asked in {str(each) for each in YEARS} else YEARS[0]


def courses_of(session: Session, patient_id: int, wanted: Sequence[CourseOf]) -> dict[str, object]:
    """What the card is drawn from."""
    years, now = span_of_address(), clock.now()
    since = now - dt.timedelta(days=DAYS_OF_A_YEAR * years)
    found = courses(session, patient_id, wanted, since, now) if wanted else []
    return {"drawings": [drawing_of(each, since, now) for each in found], "years": years, "spans": YEARS}


def drawing_of(course: Course, since: dt.datetime, until: dt.datetime) -> Drawing:
    """One course within its box; lines of one course share a scale, and that holds their bounds too."""
    values = [reading.value for drawn in course.drawn for reading in drawn.readings]
    limits = [limit for drawn in course.drawn for limit in limits_of(drawn)]
    low, high = min([*values, *limits]), max([*values, *limits])
    room = (high - low) * 0.1 or 1.0
    scale = Scale(since, until, low - room, high + room)
    units = list(dict.fromkeys(reading.unit for drawn in course.drawn for reading in drawn.readings if reading.unit))
    return Drawing(
        slug=course.of.slug,
        name=say_texts(course.of.name),
        unit=", ".join(units),
        curves=[curve_of(drawn, number, scale) for number, drawn in enumerate(course.drawn, start=1)],
        rows=rows_of(course.drawn),
        begins=day(since.astimezone(reader_zone()).date()),
        ends=day(until.astimezone(reader_zone()).date()),
    )


@dataclass(frozen=True)
class Scale:
    """From moments and values to places in the box."""

    since: dt.datetime
    until: dt.datetime
    low: float
    high: float

    def x(self, at: dt.datetime) -> float:
        """Where a moment is."""
        return LEFT + (WIDTH - LEFT - RIGHT) * ((at - self.since) / (self.until - self.since))

    def y(self, value: float) -> float:
        """Where a value is; high ones are on top."""
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - self.low) / (self.high - self.low))


def limits_of(drawn: Drawn) -> list[float]:
    """The bounds of a line."""
    return [limit for limit in (drawn.line.at_least, drawn.line.at_most) if limit is not None]


def curve_of(drawn: Drawn, number: int, scale: Scale) -> Curve:
    """One line of values."""
    points = [
        Point(scale.x(each.at), scale.y(each.value), f"{day_of(each)}: {value_words(each)}", each.is_outside)
        for each in drawn.readings
    ]
    bounds = [Bound(scale.y(limit), format_decimal(limit)) for limit in limits_of(drawn)]
    return Curve(say_texts(drawn.line.name), number, points, value_words(drawn.readings[-1]), bounds)


def rows_of(drawn: Iterable[Drawn]) -> list[tuple[str, str, str, bool]]:
    """The same as rows, newest first: the day, what was measured, the value, whether it is out of bounds."""
    every = [(reading, say_texts(each.line.name)) for each in drawn for reading in each.readings]
    newest = sorted(every, key=lambda pair: pair[0].at, reverse=True)
    return [(day_of(reading), name, value_words(reading), reading.is_outside) for reading, name in newest]


def day_of(reading: Reading) -> str:
    """The reader's day of a value."""
    return day(reading.at.astimezone(reader_zone()).date())


def value_words(reading: Reading) -> str:
    """A value with its unit."""
    words = " ".join(filter(None, (format_decimal(reading.value), reading.unit)))
    return gettext("%(value)s, out of bounds", value=words) if reading.is_outside else words
