"""The same is not said twice because two journeys, or two clicks, asked for it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, not_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.parameters import parameter
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.foundation.zones import minutes

MOST = 24


@dataclass(frozen=True)
class Window:
    """For how many hours after a message the same one is a duplicate."""

    hours: int = parameter(4, N_("Hours in which the same message counts as a repetition"))


class Duplicate(Rule):
    """Fails when the patient got the same text about the same record a short while ago; a reminder is meant to come
    again."""

    label = N_("Sent once")
    source = N_("Clinic policy: one intent, one message")
    step = 0
    kind = "suppress"
    needs = ("now", "same_intent_at", "is_reminder")
    reasons = {
        "DUPLICATE_INTENT": Reason(
            N_("The patient has just got the same message about the same thing."),
            N_("Nothing; it was said."),
        ),
    }
    Parameters = Window

    def fails(self, facts: Facts, parameters: Window) -> ColumnElement[bool]:
        """Said a short while ago."""
        just_now = facts.same_intent_at > facts.now - minutes(parameters.hours * 60)
        return func.coalesce(and_(just_now, not_(facts.is_reminder)), False)

    def problems(self, parameters: Window, where: str) -> list[Problem]:
        """A window that is none, or longer than a day."""
        if not 1 <= parameters.hours <= MOST:
            return [Problem(f"{where}.hours", N_("Give a number from 1 to %(most)s"), {"most": MOST})]
        return []
