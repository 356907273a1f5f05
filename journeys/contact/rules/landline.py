"""A text message to a landline reaches nobody, or is read aloud to the household."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.reasons import Reason
from journeys.contact.media import media_that
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_

MOBILE = media_that(lambda medium: medium.needs_mobile)


class Landline(Rule):
    """Fails for text messages to a telephone line that takes none."""

    label = N_("Landline")
    source = N_("Carriers: text messages need a mobile line")
    step = 4
    order = 2
    kind = "suppress"
    needs = ("speaks", "telecom_line")
    reasons = {
        "NUMBER_LANDLINE": Reason(
            N_("The number is a landline and takes no text messages."),
            N_("Ask the patient for a mobile number, or use another channel."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Spoken to a landline in text."""
        return func.coalesce(and_(facts.speaks.in_(MOBILE), facts.telecom_line == "landline"), False)
