"""Some networks want no health information at all."""

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
class Forbidding:
    """The media that forbid it, and the highest content level that they take."""

    media: tuple[str, ...] = parameter(media_that(lambda medium: medium.forbids_health), N_("Channels"), OF_MEDIA)
    highest: int = parameter(1, N_("They may reveal at most"), OF_LEVELS)


class HealthOnChannel(Rule):
    """Fails when the network's own policy forbids what the text says."""

    label = N_("Policy of the network")
    source = N_("WhatsApp Business policy: no health information where the law asks for heightened protection")
    step = 8
    order = 3
    kind = "suppress"
    needs = ("speaks", "content_level")
    reasons = {
        "CHANNEL_POLICY_HEALTH": Reason(
            N_("The network itself forbids health information of this kind."),
            N_("Use a text with less detail, or another channel."),
        ),
    }
    Parameters = Forbidding

    def fails(self, facts: Facts, parameters: Forbidding) -> ColumnElement[bool]:
        """Forbidden there."""
        return and_(facts.speaks.in_(parameters.media), facts.content_level > parameters.highest)
