"""Administrative gender."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func

from journeys.criteria.dates import Clock
from journeys.criteria.fields.base import Field, Of
from journeys.criteria.kinds import CODE
from journeys.criteria.subject import Subject
from journeys.foundation.words import N_


class Gender(Field):
    """Administrative gender as recorded; FHIR's `unknown` counts as not recorded."""

    label = N_("gender")
    kind = CODE
    choices = {"male": N_("male"), "female": N_("female"), "other": N_("other")}

    def value(self, subject: Subject, clock: Clock, of: Of) -> ColumnElement[str]:
        """The recorded value."""
        return func.nullif(subject.fact("gender"), "unknown")
