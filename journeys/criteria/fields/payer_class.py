"""Who pays."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func

from journeys.criteria.dates import Clock
from journeys.criteria.fields.base import Field, Of
from journeys.criteria.kinds import CODE
from journeys.criteria.subject import Subject
from journeys.foundation.words import N_


class PayerClass(Field):
    """Who pays for the care: the patient, an insurance, the public purse; `unknown` counts as not recorded."""

    label = N_("payer class")
    kind = CODE
    choices = {"self-pay": N_("self-pay"), "insured": N_("insured"), "public": N_("public")}

    def value(self, subject: Subject, clock: Clock, of: Of) -> ColumnElement[str]:
        """The recorded value."""
        return func.nullif(subject.fact("payer_class"), "unknown")
