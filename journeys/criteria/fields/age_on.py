"""Age in full years on a fixed day."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, DateTime, Integer, case, cast, extract, func, literal

from journeys.criteria.dates import Clock
from journeys.criteria.fields.base import Field, Of
from journeys.criteria.kinds import NUMBER
from journeys.criteria.subject import Subject
from journeys.foundation.words import N_


class AgeOn(Field):
    """Full years on the day `of.date` says (`2026-12-31`), in a measure also the start or end of its period.

    Unknown for who was not born yet. Who was born on 29 February has the birthday on 1 March in other years.
    """

    label = N_("age on %(date)s")
    kind = NUMBER
    parameters = {"date": {}}
    dates = ("date",)

    def value(self, subject: Subject, clock: Clock, of: Of) -> ColumnElement[int]:
        """The years between two days; without a zone in between, so that no clock change counts."""
        day = literal(dt.datetime.combine(dt.date.fromisoformat(of["date"]), dt.time()), DateTime(timezone=False))
        born = cast(subject.fact("birth_date"), DateTime(timezone=False))
        return case((born <= day, cast(extract("year", func.age(day, born)), Integer)))
