"""Where others read what arrives, only the clinic's name is said."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.parameters import OF_LEVELS, parameter
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


@dataclass(frozen=True)
class Shared:
    """The highest content level that others may read: 0 clinic and link, 1 date, time and place, …"""

    highest: int = parameter(0, N_("They may reveal at most"), OF_LEVELS)


class SharedAddress(Rule):
    """Fails when others read what arrives, and the text says more than may be read by them."""

    label = N_("Shared number or address")
    source = N_("45 CFR 164.530(c): reasonable safeguards against being read by others")
    step = 4
    order = 3
    kind = "suppress"
    needs = ("telecom_shared", "content_level")
    reasons = {
        "SHARED_ADDRESS_SENSITIVE": Reason(
            N_("Others read what arrives at this number or address, and the text says too much for them."),
            N_("Use a text with less detail, or a number of the patient's own."),
        ),
    }
    Parameters = Shared

    def fails(self, facts: Facts, parameters: Shared) -> ColumnElement[bool]:
        """Too much for others."""
        return func.coalesce(and_(facts.telecom_shared, facts.content_level > parameters.highest), False)
