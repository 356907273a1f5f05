"""Age in full years."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, DateTime, Integer, and_, case, cast, extract, func, null, or_

from journeys.criteria.dates import Clock, Moment
from journeys.criteria.fields.base import Field, Of
from journeys.criteria.kinds import DAY, NUMBER
from journeys.criteria.subject import Subject
from journeys.foundation.words import N_

MOST_YEARS = 1_000


class Age(Field):
    """Full years since the recorded birth date, on the patient's local day.

    A birth date in the future is a mistake, so the age is unknown. Who was born on 29 February has the birthday on
    1 March in other years.
    """

    label = N_("age")
    kind = NUMBER
    has_whole_numbers = True

    def value(self, subject: Subject, clock: Clock, of: Of) -> ColumnElement[int]:
        """The years between two days; without a zone in between, so that no clock change counts."""
        today = cast(clock.today_for_many(), DateTime(timezone=False))
        born = cast(subject.fact("birth_date"), DateTime(timezone=False))
        return case((born <= today, cast(extract("year", func.age(today, born)), Integer)))

    def of_whole_numbers(
        self, subject: Subject, clock: Clock, first: int | None, end: int | None
    ) -> ColumnElement[bool] | None:
        """By the birth date, which needs no calculation for each row; only where `now` is known beforehand."""
        if not isinstance(clock.now, dt.datetime):
            return None
        born = subject.fact("birth_date")
        # a birth date in the future makes each part NULL, in a way that the planner can leave out of a WHERE
        is_possible = or_(clock.not_after(born, DAY, {"now": True}), null())
        is_to_come = and_(clock.after(born, DAY, {"now": True}), null())
        is_old = is_possible if first is None or first <= 0 else or_(is_to_come, clock.not_after(born, DAY, ago(first)))
        return is_old if end is None else and_(is_old, is_possible, clock.after(born, DAY, ago(end)))


def ago(years: int) -> Moment:
    """The day so many years before today; of more than anybody lives it is all the same."""
    return {"now": True, "plus": {"years": -max(0, min(years, MOST_YEARS))}}
