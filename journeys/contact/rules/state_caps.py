"""So much advertising in 24 hours and no more, where a state says so."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.local_time import days
from journeys.contact.deciding.parameters import OF_PURPOSES, parameter
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

MOST = 20


@dataclass(frozen=True)
class InADay:
    """How many messages of one purpose 24 hours may hold, and which purposes are bound."""

    most: int = parameter(3, N_("Messages in 24 hours"))
    purposes: tuple[str, ...] = parameter(("promotional",), N_("Purposes"), OF_PURPOSES)


class StateCaps(Rule):
    """Puts a message off until 24 hours hold fewer of its purpose. Every one counts, whatever its subject."""

    label = N_("Caps of a state")
    source = N_("Florida 501.616, Oklahoma 15 775C: three a day about one subject")
    step = 11
    order = 1
    kind = "defer"
    needs = ("now", "purpose", "contacts_of_purpose")
    reasons = {
        "CAP_STATE_24H": Reason(
            N_("The law of the patient's state allows no more such messages in 24 hours."),
            N_("Nothing; it goes when a day has passed since the first of them."),
        ),
    }
    by_record = True
    Parameters = InADay

    def fails(self, facts: Facts, parameters: InADay) -> ColumnElement[bool]:
        """24 hours hold as many as they may."""
        full = facts.contacts_of_purpose[parameters.most] > facts.now - days(1)
        return and_(facts.purpose.in_(parameters.purposes), func.coalesce(full, False))

    def until(self, facts: Facts, parameters: InADay) -> ColumnElement[dt.datetime]:
        """24 hours after the oldest of those that count."""
        return facts.contacts_of_purpose[parameters.most] + days(1)

    def problems(self, parameters: InADay, where: str) -> list[Problem]:
        """A cap that no message could pass, or more than is kept."""
        if not 1 <= parameters.most <= MOST:
            return [Problem(f"{where}.most", N_("Give a number from 1 to %(most)s"), {"most": MOST})]
        return []
