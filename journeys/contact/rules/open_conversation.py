"""While a person writes with the patient, the machine is silent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.local_time import days, while_useful
from journeys.contact.deciding.marks import has_mark
from journeys.contact.deciding.parameters import OF_PURPOSES, parameter
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


@dataclass(frozen=True)
class Silent:
    """The purposes that wait while somebody talks."""

    purposes: tuple[str, ...] = parameter(("care", "experience", "promotional"), N_("Purposes"), OF_PURPOSES)


class OpenConversation(Rule):
    """Puts a message off while a conversation is open: until it is said to end, else a day; never past its use."""

    label = N_("Open conversation")
    source = N_("Clinic policy: whoever waits for an answer wants no form letter")
    step = 11
    order = 5
    kind = "defer"
    needs = ("now", "purpose", "useful_until", "marks", "talks_until")
    reasons = {
        "OPEN_CONVERSATION": Reason(
            N_("Somebody of the clinic is writing with the patient."),
            N_("End the conversation; the message is then decided anew."),
        ),
    }
    Parameters = Silent

    def fails(self, facts: Facts, parameters: Silent) -> ColumnElement[bool]:
        """Open."""
        return and_(facts.purpose.in_(parameters.purposes), has_mark(facts, "conversation"))

    def until(self, facts: Facts, parameters: Silent) -> ColumnElement[dt.datetime]:
        """The end that was said, at most a day later, or the end of its use when that comes first."""
        return while_useful(facts, func.least(facts.talks_until, facts.now + days(1)))
