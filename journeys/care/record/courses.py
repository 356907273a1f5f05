"""Values of codes over a time, as they are drawn: one statement for all courses of a page, however many lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from journeys.care.record.layout import CourseLine, CourseOf
from journeys.store.clinical import Observation

VOID = ("cancelled", "entered-in-error")
MOST = 500
"""Values of one page; of a longer time the newest are drawn."""


@dataclass(frozen=True)
class Reading:
    """One value; `is_outside` says that it lies outside the bounds of its line."""

    at: dt.datetime
    value: float
    unit: str
    is_outside: bool


@dataclass(frozen=True)
class Drawn:
    """One line with its values, oldest first."""

    line: CourseLine
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class Course:
    """One course with those of its lines that have values."""

    of: CourseOf
    drawn: tuple[Drawn, ...]


def courses(
    session: Session, patient_id: int, wanted: Sequence[CourseOf], since: dt.datetime, until: dt.datetime
) -> list[Course]:
    """The courses that have values within a time, as they are wanted; a panel's components are values of their own."""
    lines: dict[Any, CourseLine] = {(line.system, line.code): line for each in wanted for line in each.lines}
    if not lines:
        return []
    chosen = select(
        Observation.code_system,
        Observation.code,
        Observation.effective_at,
        Observation.value_number,
        Observation.value_unit,
    ).where(
        Observation.patient_id == patient_id,
        or_(*(and_(Observation.code == code, Observation.code_system == system) for system, code in lines)),
        Observation.effective_at.between(since, until),
        Observation.value_number.is_not(None),
        Observation.status.not_in(VOID),
    )
    newest = chosen.order_by(Observation.effective_at.desc(), Observation.id.desc()).limit(MOST)
    found: dict[Any, list[Reading]] = {}
    rows: Any = session.execute(newest)
    for system, code, at, value, unit in rows:
        is_outside = outside(lines[system, code], float(value))
        found.setdefault((system, code), []).append(Reading(at, float(value), unit or "", is_outside))
    drawn = {key: Drawn(lines[key], tuple(reversed(readings))) for key, readings in found.items()}
    every = [
        Course(each, tuple(drawn[line.system, line.code] for line in each.lines if (line.system, line.code) in drawn))
        for each in wanted
    ]
    return [each for each in every if each.drawn]


def outside(line: CourseLine, value: float) -> bool:
    """Whether a value lies outside the bounds of its line."""
    too_low = line.at_least is not None and value < line.at_least
    return too_low or (line.at_most is not None and value > line.at_most)
