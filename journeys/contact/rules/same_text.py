"""The same words need a while before they are read again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.parameters import OF_PURPOSES, parameter
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.foundation.zones import minutes

MOST = 744
"""Hours of a month: contacts are remembered no longer."""


@dataclass(frozen=True)
class Gap:
    """How many hours lie between two messages of the same text, and who is bound."""

    hours: int = parameter(20, N_("Hours between two messages of the same text"))
    purposes: tuple[str, ...] = parameter(("care", "experience", "promotional"), N_("Purposes"), OF_PURPOSES)


class SameText(Rule):
    """Puts a message off while the patient's last one with the same text is too near."""

    label = N_("The same topic")
    source = N_("Clinic policy: twenty hours between two messages of one topic")
    step = 11
    order = 3
    kind = "defer"
    needs = ("now", "purpose", "same_text_at")
    reasons = {
        "TOPIC_COOLDOWN": Reason(
            N_("The patient has just been told the same."),
            N_("Nothing; it goes later."),
        ),
    }
    by_record = True
    Parameters = Gap

    def fails(self, facts: Facts, parameters: Gap) -> ColumnElement[bool]:
        """Too near."""
        near = facts.same_text_at > facts.now - minutes(parameters.hours * 60)
        return and_(facts.purpose.in_(parameters.purposes), func.coalesce(near, False))

    def until(self, facts: Facts, parameters: Gap) -> ColumnElement[dt.datetime]:
        """So many hours after the last one."""
        return facts.same_text_at + minutes(parameters.hours * 60)

    def problems(self, parameters: Gap, where: str) -> list[Problem]:
        """A gap that is none, or longer than is remembered."""
        if not 1 <= parameters.hours <= MOST:
            return [Problem(f"{where}.hours", N_("Give a number from 1 to %(most)s"), {"most": MOST})]
        return []
