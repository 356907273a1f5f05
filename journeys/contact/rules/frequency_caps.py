"""So many messages a day and a week, and no more, over all journeys together."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, or_, true

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.local_time import ZONE_FACTS, days, instant_of, midnight
from journeys.contact.deciding.parameters import OF_PURPOSES, parameter
from journeys.contact.deciding.reasons import Reason
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

    a_day: int = parameter(1, N_("Messages a day"))
    a_week: int = parameter(3, N_("Messages in seven days"))
    purposes: tuple[str, ...] = parameter(("care", "experience", "promotional"), N_("Purposes"), OF_PURPOSES)


class FrequencyCaps(Rule):
    """Puts a message off while the patient's day, or the seven days that end with it, already hold enough.

    Or would hold enough with messages of higher priority that wait: of the room that is left these have the first
    choice.

    Days are the patient's own. A full week opens seven times 24 hours after the oldest contact that fills it, so that
    the message comes at an hour at which one was sent before.
    """

    label = N_("Frequency caps")
    source = N_("47 CFR 64.1200(a)(9)(iv): one a day and three a week; shared by all journeys")
    step = 11
    kind = "defer"
    needs = ("purpose", "contact_times", "kept_for", *ZONE_FACTS)
    reasons = {
        "CAP_LEGAL_DAY": Reason(
            N_("The patient has had enough messages for one day."),
            N_("Nothing; it goes on another day."),
        ),
        "CAP_LEGAL_WEEK": Reason(
            N_("The patient has had enough messages for one week."),
            N_("Nothing; it goes when the week has room."),
        ),
        "CAP_KEPT_FOR_HIGHER": Reason(
            N_("Held back because the room that is left is kept for a message of higher priority."),
            N_("Nothing; it is decided anew when that one may go."),
        ),
    }
    Parameters = Caps

    def fails(self, facts: Facts, parameters: Caps) -> ColumnElement[bool]:
        """The day or the week is full, or would be with what comes first."""
        full = self.is_full(facts, parameters) | self.is_kept(facts, parameters)
        return and_(facts.purpose.in_(parameters.purposes), full)

    def reason(self, facts: Facts, parameters: Caps) -> ColumnElement[str]:
        """The longer of the two that is full."""
        return case(
            (self.week_is_full(facts, parameters), "CAP_LEGAL_WEEK"),
            (self.day_is_full(facts, parameters), "CAP_LEGAL_DAY"),
            else_="CAP_KEPT_FOR_HIGHER",
        )

    def until(self, facts: Facts, parameters: Caps) -> ColumnElement[dt.datetime]:
        """The next day of the patient, the moment at which the week has room, or when what comes first may go."""
        tomorrow = instant_of(facts, midnight(facts, 1))
        room = facts.contact_times[parameters.a_week] + days(WEEK)
        return case(
            (self.week_is_full(facts, parameters), func.greatest(tomorrow, room)),
            (self.day_is_full(facts, parameters), tomorrow),
            else_=facts.kept_for[1],
        )

    def is_full(self, facts: Facts, parameters: Caps) -> ColumnElement[bool]:
        """Whether the day or the week is full."""
        return self.day_is_full(facts, parameters) | self.week_is_full(facts, parameters)

    def is_kept(self, facts: Facts, parameters: Caps) -> ColumnElement[bool]:
        """Whether all the room that is left is kept for messages of higher priority, today's or this week's."""
        tomorrow = instant_of(facts, midnight(facts, 1))
        places = []
        for number in range(1, parameters.a_day + 1):
            today = facts.kept_for[number] < tomorrow
            places.append(and_(today, self.has_contacts(facts, parameters.a_day - number, 0)))
        for number in range(1, parameters.a_week + 1):
            this_week = facts.kept_for[number].is_not(None)
            places.append(and_(this_week, self.has_contacts(facts, parameters.a_week - number, 1 - WEEK)))
        return func.coalesce(or_(*places), False)

    def has_contacts(self, facts: Facts, number: int, since: int) -> ColumnElement[bool]:
        """Whether so many contacts lie since the beginning of a day, counted from the patient's today."""
        if number == 0:
            return true()
        return func.coalesce(facts.contact_times[number] >= instant_of(facts, midnight(facts, since)), False)

    def day_is_full(self, facts: Facts, parameters: Caps) -> ColumnElement[bool]:
        """Whether as many contacts as a day may hold lie in the patient's day."""
        return self.has_contacts(facts, parameters.a_day, 0)

    def week_is_full(self, facts: Facts, parameters: Caps) -> ColumnElement[bool]:
        """Whether as many contacts as a week may hold lie in today and the six days before."""
        return self.has_contacts(facts, parameters.a_week, 1 - WEEK)

    def problems(self, parameters: Caps, where: str) -> list[Problem]:
        """Caps that no message could pass, or more than is kept."""
        given = {"a_day": parameters.a_day, "a_week": parameters.a_week}
        return [
            Problem(f"{where}.{name}", N_("Give a number from 1 to %(most)s"), {"most": MOST})
            for name, number in given.items()
            if not 1 <= number <= MOST
        ]
