"""Nobody is woken: messages wait until the patient's own morning."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.local_time import CLOCKS, ZONE_FACTS, clocks_of, day_of, instant_on, minute_of_day
from journeys.contact.deciding.parameters import OF_WEEKDAYS, parameter
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.foundation.zones import minutes

WEEK = tuple(range(1, 8))
MOST_MARGIN = 60


@dataclass(frozen=True)
class Hours:
    """From when to when it is quiet on the patient's clock; the end is the first minute that is not.

    Equal times mean that it is never quiet. `margin` is by how many minutes sending stops before that, because messages
    need their time to arrive. `weekdays` (1 Monday … 7 Sunday) are the days on which these hours hold; a night over
    midnight belongs to the one day until midnight and to the next one after it.
    """

    starts: dt.time = parameter(dt.time(20, 0), N_("Quiet from"))
    ends: dt.time = parameter(dt.time(8, 0), N_("Until"))
    margin: int = parameter(0, N_("Minutes before that in which nothing is sent any more"))
    weekdays: tuple[int, ...] = parameter(WEEK, N_("On"), OF_WEEKDAYS)


class QuietHours(Rule):
    """Puts a message off until quiet hours end, in the patient's own zone; no purpose is excepted.

    Where the zone is in question it is quiet while it is on any clock that may be the patient's.
    """

    label = N_("Quiet hours")
    source = N_("47 CFR 64.1200(c)(1) allows 8 to 21 o'clock at the called party's location; the clinic stops at 20")
    step = 12
    order = 3
    kind = "defer"
    needs = (*ZONE_FACTS, *CLOCKS[1:])
    reasons = {
        "QUIET_HOURS": Reason(
            N_("It is the patient's night: quiet hours."),
            N_("Nothing; it goes in the morning."),
        ),
    }
    Parameters = Hours

    def fails(self, facts: Facts, parameters: Hours) -> ColumnElement[bool]:
        """Inside the quiet stretch, which may go over midnight, on a day on which it holds.

        Of a clock that nobody knows the rule for zones speaks, not this one.
        """
        return or_(*(self.is_quiet(clock, parameters) for clock in clocks_of(facts)))

    def is_quiet(self, clock: ColumnElement[Any], parameters: Hours) -> ColumnElement[bool]:
        """Whether a clock stands inside the quiet stretch; one that is null does not."""
        after_start = minute_of_day(clock) >= minute(parameters.starts) - parameters.margin
        before_end = minute_of_day(clock) < minute(parameters.ends)
        is_within_a_day = parameters.starts <= parameters.ends
        quiet = and_(after_start, before_end) if is_within_a_day else or_(after_start, before_end)
        if set(parameters.weekdays) != set(WEEK):
            quiet = and_(func.extract("isodow", clock).in_(parameters.weekdays), quiet)
        return func.coalesce(quiet, False)

    def until(self, facts: Facts, parameters: Hours) -> ColumnElement[dt.datetime]:
        """The next end of the quiet stretch; of several clocks the last one's on which it is quiet."""
        end = minute(parameters.ends)
        ends = []
        for clock in clocks_of(facts):
            today, tomorrow = day_of(clock) + minutes(end), day_of(clock, 1) + minutes(end)
            next_end = case((minute_of_day(clock) < end, today), else_=tomorrow)
            ends.append(case((self.is_quiet(clock, parameters), instant_on(facts, clock, next_end))))
        return func.greatest(*ends)

    def problems(self, parameters: Hours, where: str) -> list[Problem]:
        """Weekdays that do not exist, and margins that reach before midnight or are no margins."""
        found = []
        if not parameters.weekdays or not set(parameters.weekdays) <= set(WEEK):
            found.append(Problem(f"{where}.weekdays", N_("Give weekdays from 1 (Monday) to 7 (Sunday)")))
        most = min(MOST_MARGIN, minute(parameters.starts))
        if not 0 <= parameters.margin <= most:
            found.append(Problem(f"{where}.margin", N_("Give a number from 0 to %(most)s"), {"most": most}))
        return found


def minute(time: dt.time) -> int:
    """Minutes since midnight."""
    return time.hour * 60 + time.minute
