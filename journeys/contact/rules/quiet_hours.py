"""Nobody is woken: messages wait until the patient's own morning."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, or_

from journeys.contact.columns import Facts
from journeys.contact.local_time import ZONE_FACTS, instant_of, midnight, minute_of_day
from journeys.contact.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_
from journeys.foundation.zones import minutes


@dataclass(frozen=True)
class Hours:
    """From when to when it is quiet on the patient's clock; the end is the first minute that is not.

    Equal times mean that it is never quiet.
    """

    starts: dt.time = dt.time(20, 0)
    ends: dt.time = dt.time(8, 0)


class QuietHours(Rule):
    """Puts a message off until quiet hours end, in the patient's own zone; no purpose is excepted."""

    label = N_("Quiet hours")
    source = N_("47 CFR 64.1200(c)(1) allows 8 to 21 o'clock at the called party's location; the clinic stops at 20")
    step = 12
    order = 3
    kind = "defer"
    needs = ZONE_FACTS
    reasons = {
        "QUIET_HOURS": Reason(
            N_("It is the patient's night: quiet hours."),
            N_("Nothing; it goes in the morning."),
        ),
    }
    Parameters = Hours

    def fails(self, facts: Facts, parameters: Hours) -> ColumnElement[bool]:
        """Inside the quiet stretch, which may go over midnight."""
        after_start = minute_of_day(facts) >= minute(parameters.starts)
        before_end = minute_of_day(facts) < minute(parameters.ends)
        if parameters.starts <= parameters.ends:
            return and_(after_start, before_end)
        return or_(after_start, before_end)

    def until(self, facts: Facts, parameters: Hours) -> ColumnElement[dt.datetime]:
        """The next end of the quiet stretch."""
        end = minute(parameters.ends)
        today = midnight(facts) + minutes(end)
        tomorrow = midnight(facts, 1) + minutes(end)
        return instant_of(facts, case((minute_of_day(facts) < end, today), else_=tomorrow))


def minute(time: dt.time) -> int:
    """Minutes since midnight."""
    return time.hour * 60 + time.minute
