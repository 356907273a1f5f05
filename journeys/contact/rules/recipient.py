"""Whoever is beside a patient receives only what they were allowed to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_, or_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


class Recipient(Rule):
    """Fails for somebody beside the patient who has no allowance in force for this purpose and as much as the text
    reveals, and for all of them while the patient refuses such messages on whatever channel."""

    label = N_("Caregivers")
    source = N_("45 CFR 164.510(b): those involved in the care, with what is relevant to it; GDPR 6 and 9")
    step = 3
    order = 4
    kind = "suppress"
    needs = ("is_beside", "recipient_id", "recipient_level", "content_level", "patient_refuses")
    reasons = {
        "RECIPIENT_NOT_ALLOWED": Reason(
            N_("Nobody beside the patient may receive messages of this purpose today."),
            N_("Record on the page of caregivers who may, from when until when, and what shows it."),
        ),
        "RECIPIENT_LEVEL": Reason(
            N_("The text reveals more than this person may be told."),
            N_("Use a text with less detail, or record that the person may be told as much."),
        ),
        "RECIPIENT_REFUSED_BY_PATIENT": Reason(
            N_("The patient refuses such messages, to whomever they go."),
            N_("Only the patient can change this, by giving consent again."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Not allowed, not as much, or refused."""
        is_allowed = and_(
            facts.recipient_id.is_not(None),
            func.coalesce(facts.content_level <= facts.recipient_level, False),
            not_(func.coalesce(facts.patient_refuses, True)),
        )
        return and_(func.coalesce(facts.is_beside, False), not_(is_allowed))

    def reason(self, facts: Facts, parameters: Any) -> ColumnElement[str]:
        """The first of the three."""
        nobody = or_(facts.recipient_id.is_(None), facts.recipient_level.is_(None))
        return case(
            (nobody, "RECIPIENT_NOT_ALLOWED"),
            (facts.content_level > facts.recipient_level, "RECIPIENT_LEVEL"),
            else_="RECIPIENT_REFUSED_BY_PATIENT",
        )
