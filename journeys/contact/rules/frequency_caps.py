"""So many messages a day and a week, and no more, over all journeys together."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func

from journeys.contact.columns import Facts
from journeys.contact.local_time import ZONE_FACTS, days, instant_of, midnight
from journeys.contact.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

WEEK = 7
MOST = 20
"""The highest cap; the facts keep that many contacts."""


@dataclass(frozen=True)
class Caps:
    """How many contacts a day of the patient's calendar and any seven such days may hold, and who is bound by it.

    Every message counts; only those of `purposes` are held back.
    """

    a_day: int = 1
    a_week: int = 3
    purposes: tuple[str, ...] = ("care", "experience", "promotional")


class FrequencyCaps(Rule):
    """Puts a message off while the patient's day, or the seven days that end with it, already hold enough.

    Days are the patient's own. A full week opens seven times 24 hours after the oldest contact that fills it, so that
    the message comes at an hour at which one was sent before.
    """

    label = N_("Frequency caps")
    source = N_("47 CFR 64.1200(a)(9)(iv): one a day and three a week; shared by all journeys")
    order = 100
    kind = "defer"
    needs = ("purpose", "contact_times", *ZONE_FACTS)
    reasons = {
        "CAP_LEGAL_DAY": Reason(
            N_("The patient has had enough messages for one day."),
            N_("Nothing; it goes on another day."),
        ),
        "CAP_LEGAL_WEEK": Reason(
            N_("The patient has had enough messages for one week."),
            N_("Nothing; it goes when the week has room."),
        ),
    }
    Parameters = Caps

    def fails(self, facts: Facts, parameters: Caps) -> ColumnElement[bool]:
        """The day or the week is full."""
        full = self.day_is_full(facts, parameters) | self.week_is_full(facts, parameters)
        return and_(facts.purpose.in_(parameters.purposes), full)

    def reason(self, facts: Facts, parameters: Caps) -> ColumnElement[str]:
        """The longer of the two that is full."""
        return case((self.week_is_full(facts, parameters), "CAP_LEGAL_WEEK"), else_="CAP_LEGAL_DAY")

    def until(self, facts: Facts, parameters: Caps) -> ColumnElement[dt.datetime]:
        """The next day of the patient, or the moment at which the week has room."""
        tomorrow = instant_of(facts, midnight(facts, 1))
        room = facts.contact_times[parameters.a_week] + days(WEEK)
        return case((self.week_is_full(facts, parameters), func.greatest(tomorrow, room)), else_=tomorrow)

    def day_is_full(self, facts: Facts, parameters: Caps) -> ColumnElement[bool]:
        """Whether as many contacts as a day may hold lie in the patient's day."""
        return func.coalesce(facts.contact_times[parameters.a_day] >= instant_of(facts, midnight(facts)), False)

    def week_is_full(self, facts: Facts, parameters: Caps) -> ColumnElement[bool]:
        """Whether as many contacts as a week may hold lie in today and the six days before."""
        began = instant_of(facts, midnight(facts, 1 - WEEK))
        return func.coalesce(facts.contact_times[parameters.a_week] >= began, False)

    def problems(self, parameters: Caps, where: str) -> list[Problem]:
        """Caps that no message could pass, or more than is kept."""
        given = {"a_day": parameters.a_day, "a_week": parameters.a_week}
        return [
            Problem(f"{where}.{name}", N_("Give a number from 1 to %(most)s"), {"most": MOST})
            for name, number in given.items()
            if not 1 <= number <= MOST
        ]
