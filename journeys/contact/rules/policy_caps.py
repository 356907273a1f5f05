"""So many messages in thirty days and no more: the clinic's own measure, beside the law's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, or_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.local_time import days
from journeys.contact.deciding.parameters import OF_PURPOSES, parameter
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

MONTH = 30
MOST = 20
"""The highest cap; the facts keep that many contacts."""


@dataclass(frozen=True)
class AMonth:
    """How many messages thirty days may hold, how many of them may advertise, and who is bound."""

    a_month: int = parameter(8, N_("Messages in thirty days"))
    promotional: int = parameter(2, N_("Promotional messages in thirty days"))
    purposes: tuple[str, ...] = parameter(("care", "experience", "promotional"), N_("Purposes"), OF_PURPOSES)


class PolicyCaps(Rule):
    """Puts a message off until thirty days hold fewer."""

    label = N_("Caps of the clinic")
    source = N_("Clinic policy: no more messages than people read")
    step = 11
    order = 2
    kind = "defer"
    needs = ("now", "purpose", "contact_times", "contacts_of_purpose")
    reasons = {
        "CAP_POLICY": Reason(
            N_("The patient has had as many messages in thirty days as the clinic wants to send."),
            N_("Nothing; it goes when there is room."),
        ),
    }
    by_record = True
    Parameters = AMonth

    def fails(self, facts: Facts, parameters: AMonth) -> ColumnElement[bool]:
        """The month is full, or full of advertising."""
        full = or_(self.is_full(facts, parameters), self.is_full_of_promotion(facts, parameters))
        return and_(facts.purpose.in_(parameters.purposes), full)

    def until(self, facts: Facts, parameters: AMonth) -> ColumnElement[dt.datetime]:
        """Thirty days after the oldest of those that count."""
        room = case((self.is_full(facts, parameters), facts.contact_times[parameters.a_month]))
        promotion = self.is_full_of_promotion(facts, parameters)
        promotion_room = case((promotion, facts.contacts_of_purpose[parameters.promotional]))
        return func.greatest(room, promotion_room) + days(MONTH)

    def is_full(self, facts: Facts, parameters: AMonth) -> ColumnElement[bool]:
        """Whether thirty days hold as many messages as they may."""
        return func.coalesce(facts.contact_times[parameters.a_month] > facts.now - days(MONTH), False)

    def is_full_of_promotion(self, facts: Facts, parameters: AMonth) -> ColumnElement[bool]:
        """Whether thirty days hold as much advertising as they may."""
        full = facts.contacts_of_purpose[parameters.promotional] > facts.now - days(MONTH)
        return and_(facts.purpose == "promotional", func.coalesce(full, False))

    def problems(self, parameters: AMonth, where: str) -> list[Problem]:
        """Caps that no message could pass, or more than is kept."""
        given = {"a_month": parameters.a_month, "promotional": parameters.promotional}
        return [
            Problem(f"{where}.{name}", N_("Give a number from 1 to %(most)s"), {"most": MOST})
            for name, number in given.items()
            if not 1 <= number <= MOST
        ]
