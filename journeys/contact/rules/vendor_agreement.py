"""Nothing about a patient goes through a vendor who has not promised to protect it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.parameters import OF_LEVELS, OF_MEDIA, parameter
from journeys.contact.deciding.reasons import Reason
from journeys.contact.media import media_that
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


@dataclass(frozen=True)
class Agreements:
    """The media whose vendors have signed nothing, and the highest content level that may pass there."""

    without_agreement: tuple[str, ...] = parameter(
        media_that(lambda medium: not medium.has_agreement), N_("Channels without an agreement"), OF_MEDIA
    )
    highest: int = parameter(0, N_("They may reveal at most"), OF_LEVELS)


class VendorAgreement(Rule):
    """Fails when the text says something and the medium is carried by a vendor without an agreement."""

    label = N_("Vendor agreements")
    source = N_("45 CFR 164.308(b) and 164.504(e): business associate agreements")
    step = 8
    order = 2
    kind = "suppress"
    needs = ("speaks", "content_level")
    reasons = {
        "NO_BAA": Reason(
            N_("The vendor of this channel has not signed the agreement that protects patients' data."),
            N_("Use a text without details, another channel, or sign the agreement."),
        ),
    }
    Parameters = Agreements

    def fails(self, facts: Facts, parameters: Agreements) -> ColumnElement[bool]:
        """Says something, and nobody has promised."""
        return and_(facts.speaks.in_(parameters.without_agreement), facts.content_level > parameters.highest)
