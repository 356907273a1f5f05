"""On Sundays and on the branch's closed days only what cannot wait is sent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.local_time import CLOCKS, ZONE_FACTS, clocks_of, day_of, instant_on
from journeys.contact.deciding.parameters import OF_PURPOSES, OF_WEEKDAYS, parameter
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

SUNDAY = 7


@dataclass(frozen=True)
class RestDays:
    """The weekdays of rest (1 Monday … 7 Sunday), whether closed days of the branch's calendar count, and who rests."""

    weekdays: tuple[int, ...] = parameter((SUNDAY,), N_("Days of rest"), OF_WEEKDAYS)
    holidays: bool = parameter(True, N_("Closed days of the branch count too"))
    purposes: tuple[str, ...] = parameter(("care", "experience", "promotional"), N_("Purposes"), OF_PURPOSES)


class RestDay(Rule):
    """Puts a message off to the patient's next day while it is a day of rest there."""

    label = N_("Days of rest")
    source = N_("Shared policy: no care or experience messages on Sundays and holidays of the location")
    step = 12
    order = 2
    kind = "defer"
    needs = ("purpose", "is_holiday", *ZONE_FACTS, *CLOCKS[1:])
    reasons = {
        "SUNDAY_RULE": Reason(
            N_("It is a day of rest where the patient lives."),
            N_("Nothing; it goes on the next day."),
        ),
        "HOLIDAY": Reason(
            N_("The patient's branch is closed today."),
            N_("Nothing; it goes on the next day."),
        ),
    }
    Parameters = RestDays

    def fails(self, facts: Facts, parameters: RestDays) -> ColumnElement[bool]:
        """A weekday of rest, or a closed day; of a clock that nobody knows the rule for zones speaks, not this one."""
        rests = self.is_weekday_of_rest(facts, parameters)
        if parameters.holidays:
            rests = or_(rests, func.coalesce(facts.is_holiday, False))
        return and_(facts.purpose.in_(parameters.purposes), func.coalesce(rests, False))

    def reason(self, facts: Facts, parameters: RestDays) -> ColumnElement[str]:
        """Which of the two."""
        return case((self.is_weekday_of_rest(facts, parameters), "SUNDAY_RULE"), else_="HOLIDAY")

    def until(self, facts: Facts, parameters: RestDays) -> ColumnElement[dt.datetime]:
        """The beginning of the patient's next day, of several clocks the last one's on which it is one of rest."""
        is_closed = func.coalesce(facts.is_holiday, False) if parameters.holidays else false()
        nexts = []
        for clock in clocks_of(facts):
            rests = and_(clock.is_not(None), or_(self.rests(clock, parameters), is_closed))
            nexts.append(case((rests, instant_on(facts, clock, day_of(clock, 1)))))
        return func.greatest(*nexts)

    def is_weekday_of_rest(self, facts: Facts, parameters: RestDays) -> ColumnElement[bool]:
        """Whether the weekday of a clock that may be the patient's is one of rest."""
        return or_(*(self.rests(clock, parameters) for clock in clocks_of(facts)))

    def rests(self, clock: ColumnElement[Any], parameters: RestDays) -> ColumnElement[bool]:
        """Whether the weekday of a clock is one of rest; that of one that is null is none."""
        return func.coalesce(func.extract("isodow", clock).in_(parameters.weekdays), False)

    def problems(self, parameters: RestDays, where: str) -> list[Problem]:
        """Weekdays that do not exist, or no day left."""
        if not set(parameters.weekdays) < set(range(1, SUNDAY + 1)):
            return [Problem(f"{where}.weekdays", N_("Give weekdays from 1 (Monday) to 7 (Sunday), and leave one free"))]
        return []
