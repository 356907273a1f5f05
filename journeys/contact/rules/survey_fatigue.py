"""Who is asked too often how it was answers nothing any more."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, not_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.local_time import days
from journeys.contact.deciding.parameters import parameter
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

EXPERIENCE = "experience"
MOST = 31


@dataclass(frozen=True)
class Rest:
    """How many days lie between two surveys."""

    days: int = parameter(30, N_("Days between two surveys"))


class SurveyFatigue(Rule):
    """Puts a survey off while the last one is too near; its reminder is part of it."""

    label = N_("Surveys")
    source = N_("Clinic policy: one survey in thirty days")
    step = 11
    order = 4
    kind = "defer"
    needs = ("now", "purpose", "contacts_of_purpose", "is_reminder")
    reasons = {
        "SURVEY_FATIGUE": Reason(
            N_("The patient was asked for their experience a short while ago."),
            N_("Nothing; it goes later, if it is still of use then."),
        ),
    }
    by_record = True
    Parameters = Rest

    def fails(self, facts: Facts, parameters: Rest) -> ColumnElement[bool]:
        """Asked a short while ago."""
        near = facts.contacts_of_purpose[1] > facts.now - days(parameters.days)
        return and_(facts.purpose == EXPERIENCE, not_(facts.is_reminder), func.coalesce(near, False))

    def until(self, facts: Facts, parameters: Rest) -> ColumnElement[dt.datetime]:
        """So many days after the last one."""
        return facts.contacts_of_purpose[1] + days(parameters.days)

    def problems(self, parameters: Rest, where: str) -> list[Problem]:
        """A rest that is none, or longer than is remembered."""
        if not 1 <= parameters.days <= MOST:
            return [Problem(f"{where}.days", N_("Give a number from 1 to %(most)s"), {"most": MOST})]
        return []
