"""Marketing to a mobile phone needs consent in writing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.parameters import OF_MEDIA, OF_PURPOSES, OF_WAYS, parameter
from journeys.contact.deciding.reasons import Reason
from journeys.contact.media import media_that
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


@dataclass(frozen=True)
class InWriting:
    """Which messages need consent in writing, and which ways of giving it count as written."""

    purposes: tuple[str, ...] = parameter(("promotional",), N_("Purposes"), OF_PURPOSES)
    media: tuple[str, ...] = parameter(media_that(lambda medium: medium.is_call), N_("Channels"), OF_MEDIA)
    written: tuple[str, ...] = parameter(("form", "link"), N_("What counts as written"), OF_WAYS)


class WrittenConsent(Rule):
    """Fails when the permission was not given in one of the ways that count as written."""

    label = N_("Written consent")
    source = N_("47 CFR 64.1200(a)(2) and (f)(9)")
    step = 7
    order = 2
    kind = "suppress"
    needs = ("purpose", "speaks", "consent_decision", "consent_source")
    reasons = {
        "WRITTEN_CONSENT_REQUIRED": Reason(
            N_("Such messages need the patient's consent in writing, and it was given otherwise."),
            N_("Ask for the consent by a form or a link, and record it."),
        ),
    }
    by_record = True
    Parameters = InWriting

    def fails(self, facts: Facts, parameters: InWriting) -> ColumnElement[bool]:
        """Given, but not in writing."""
        asked = and_(facts.purpose.in_(parameters.purposes), facts.speaks.in_(parameters.media))
        given = func.coalesce(facts.consent_decision == "permit", False)
        return and_(asked, given, func.coalesce(facts.consent_source, "").not_in(parameters.written))
