"""While a patient is in a journey of higher priority, messages of the others of its group wait."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.local_time import days
from journeys.contact.deciding.reasons import HIGHER_JOURNEY, Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class HigherJourney(Rule):
    """Puts a message off while the patient is in another journey of the same group that has a higher priority.

    It is looked at again a day later; never past its use, because the other journey may end before that.
    """

    label = N_("Journey of higher priority")
    source = N_("Who puts journeys into one group means that the most important one speaks alone")
    step = 11
    order = 6
    kind = "defer"
    needs = ("now", "useful_until", "has_higher_journey")
    reasons = {
        HIGHER_JOURNEY: Reason(
            N_("Held back because the patient is in a journey of higher priority of the same group."),
            N_("Nothing; it goes when the other journey has ended."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """There is such a journey; a message of no group is never held back."""
        return func.coalesce(facts.has_higher_journey, False)

    def until(self, facts: Facts, parameters: Any) -> ColumnElement[dt.datetime]:
        """A day later, or the end of its use when that comes first."""
        tomorrow = facts.now + days(1)
        ends_before = and_(facts.useful_until > facts.now, facts.useful_until < tomorrow)
        return case((ends_before, facts.useful_until), else_=tomorrow)
