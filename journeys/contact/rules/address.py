"""There must be an address for this channel, and nothing may speak against it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, or_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class Address(Rule):
    """Fails without a usable number or address; the reason says what is known of the best one there is."""

    label = N_("Address")
    source = N_("A number that somebody else answers, or that never receives, is not the patient's")
    step = 4
    kind = "suppress"
    needs = ("telecom_id", "telecom_status")
    reasons = {
        "NO_ADDRESS": Reason(
            N_("There is no number or address for this channel."),
            N_("Ask the patient for one."),
        ),
        "ADDRESS_INVALID": Reason(
            N_("The number or address cannot be right."),
            N_("Correct it in the patient's record."),
        ),
        "WRONG_NUMBER": Reason(
            N_("Somebody else answers at this number."),
            N_("Ask the patient for the right one."),
        ),
        "NUMBER_REASSIGNED": Reason(
            N_("The number was given to somebody else."),
            N_("Ask the patient for the new one."),
        ),
        "HARD_BOUNCE": Reason(
            N_("Messages to this number or address do not arrive."),
            N_("Ask the patient for another one."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """No address, or one that something speaks against; one that is only unverified is another rule's."""
        return or_(facts.telecom_id.is_(None), facts.telecom_status.not_in(("usable", "unverified")))

    def reason(self, facts: Facts, parameters: Any) -> ColumnElement[str]:
        """What is known of the address."""
        return case(
            {
                "invalid": "ADDRESS_INVALID",
                "wrong-person": "WRONG_NUMBER",
                "reassigned": "NUMBER_REASSIGNED",
                "bounced": "HARD_BOUNCE",
            },
            value=facts.telecom_status,
            else_="NO_ADDRESS",
        )
