"""A message that comes too late is not sent."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.reasons import EXPIRED_BEFORE_WINDOW, Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class Expired(Rule):
    """Fails when the message is no longer useful; a deferral past that moment gives the same reason."""

    label = N_("Useful until")
    source = N_("Shared policy: what is held past its use is dropped with its reason, not sent late")
    step = 12
    order = 1
    kind = "suppress"
    needs = ("now", "useful_until")
    reasons = {
        EXPIRED_BEFORE_WINDOW: Reason(
            N_("The message would come too late to be useful."),
            N_("Nothing; plan such messages earlier, or let them be useful for longer."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Past its use."""
        return func.coalesce(facts.useful_until < facts.now, False)
