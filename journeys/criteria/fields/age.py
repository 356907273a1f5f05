"""Age in full years."""

from __future__ import annotations

from sqlalchemy import ColumnElement, DateTime, Integer, case, cast, extract, func

from journeys.criteria.dates import Clock
from journeys.criteria.fields.base import Field, Of
from journeys.criteria.kinds import NUMBER
from journeys.criteria.subject import Subject
from journeys.foundation.words import N_


class Age(Field):
    """Full years since the recorded birth date, on the patient's local day.

    A birth date in the future is a mistake, so the age is unknown. Who was born on 29 February has the birthday on
    1 March in other years.
    """

    label = N_("age")
    kind = NUMBER

    def value(self, subject: Subject, clock: Clock, of: Of) -> ColumnElement[int]:
        """The years between two days; without a zone in between, so that no clock change counts."""
        today = cast(clock.today_for_many(), DateTime(timezone=False))
        born = cast(subject.fact("birth_date"), DateTime(timezone=False))
        return case((born <= today, cast(extract("year", func.age(today, born)), Integer)))
