"""Without the patient's zone nobody knows whether it is night there."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.parameters import parameter
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.foundation.zones import minutes

MOST = 26
"""The hours between the first and the last zone of the world."""


@dataclass(frozen=True)
class Apart:
    """By how many hours two clocks may differ that may both be the patient's. Nights of twelve hours leave none when
    they differ by twelve."""

    apart: int = parameter(12, N_("Clocks that may be the patient's differ by less than, hours"))


class TimeZone(Rule):
    """Fails when nobody knows the zone, or the zones in question leave no hour that is day in all of them."""

    label = N_("Time zone")
    source = N_("Zone of a person: stated, else address and home branch, where they disagree all; never the area code")
    step = 12
    kind = "ask"
    needs = ("local_now", "local_earliest", "local_latest")
    reasons = {
        "TZ_UNKNOWN_WINDOW_EMPTY": Reason(
            N_("The patient's time zone is not known."),
            N_("Give the patient a time zone, or their branch."),
        ),
    }
    Parameters = Apart

    def fails(self, facts: Facts, parameters: Apart) -> ColumnElement[bool]:
        """No wall clock, or too many."""
        too_far = facts.local_latest - facts.local_earliest >= minutes(parameters.apart * 60)
        return or_(facts.local_now.is_(None), func.coalesce(too_far, False))

    def problems(self, parameters: Apart, where: str) -> list[Problem]:
        """A difference that no two clocks may have, or that none has."""
        if not 1 <= parameters.apart <= MOST:
            return [Problem(f"{where}.apart", N_("Give a number from 1 to %(most)s"), {"most": MOST})]
        return []
