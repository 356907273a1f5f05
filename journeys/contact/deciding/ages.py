"""Who is a minor, on the patient's own day."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Date, Interval, cast, func

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.parameters import parameter
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

MOST = 25


@dataclass(frozen=True)
class Majority:
    """Below how many years somebody else decides. It ends at midnight of the birthday on the patient's clock."""

    years: int = parameter(18, N_("Of age at"))


def is_minor(facts: Facts, years: int) -> ColumnElement[bool]:
    """SQL: whether somebody has not reached an age on the patient's own day; unknown birth dates and clocks: no.

    Who was born on 29 February comes of age on 28 February where the year has no 29th.
    """
    of_age_on = cast(facts.birth_date + func.make_interval(years, type_=Interval), Date)
    return func.coalesce(of_age_on > cast(facts.local_now, Date), False)


def age_problems(parameters: Majority, where: str) -> list[Problem]:
    """An age at which nobody comes of age."""
    if not 1 <= parameters.years <= MOST:
        return [Problem(f"{where}.years", N_("Give a number from 1 to %(most)s"), {"most": MOST})]
    return []
