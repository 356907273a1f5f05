"""Some countries let a text message through only when its text is registered with the operators, one by one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.parameters import OF_MEDIA, parameter
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_
from journeys.store.text_registrations import APPROVED


@dataclass(frozen=True)
class Registered:
    """On which media a text has to be registered."""

    media: tuple[str, ...] = parameter(("sms",), N_("Channels"), OF_MEDIA)


class RegisteredText(Rule):
    """Fails unless the register has approved this version of the text in this language; whoever answers by hand has no
    registered text either."""

    label = N_("Registered text")
    source = N_("TCCCPR 2018 in India: entity, header and template of each text message are registered (DLT)")
    step = 9
    order = 4
    kind = "suppress"
    needs = ("speaks", "registration")
    reasons = {
        "DLT_TEMPLATE_MISSING": Reason(
            N_("The register of the country's operators has not approved this text in this language."),
            N_("Register the text there and write its number down beside the template, or use another channel."),
        ),
    }
    by_record = True
    Parameters = Registered

    def fails(self, facts: Facts, parameters: Registered) -> ColumnElement[bool]:
        """Asked for at most, rejected, withdrawn, or never heard of."""
        is_approved = func.coalesce(facts.registration == APPROVED, False)
        return and_(facts.speaks.in_(parameters.media), ~is_approved)
