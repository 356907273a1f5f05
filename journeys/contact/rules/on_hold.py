"""While a journey is paused its messages wait too."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, func

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.local_time import days, while_useful
from journeys.contact.deciding.reasons import JOURNEY_ON_HOLD, Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class OnHold(Rule):
    """Puts a message off while the enrolment that asked for it is on hold.

    It is looked at again when the journey goes on, else a day later; never past its use, because the journey may go on
    before that.
    """

    label = N_("Journey on hold")
    source = N_("Who pauses a journey means its messages too")
    step = 10
    order = 3
    kind = "defer"
    needs = ("now", "useful_until", "enrolment_status")
    reasons = {
        JOURNEY_ON_HOLD: Reason(
            N_("The journey that asked for the message is on hold."),
            N_("Let the journey go on; the message is then decided anew."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """The enrolment is on hold; a message of no enrolment never is."""
        return func.coalesce(facts.enrolment_status == "on-hold", False)

    def until(self, facts: Facts, parameters: Any) -> ColumnElement[dt.datetime]:
        """A day later, or the end of its use when that comes first."""
        return while_useful(facts, facts.now + days(1))
