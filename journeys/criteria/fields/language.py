"""The language a patient wants."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func

from journeys.criteria.dates import Clock
from journeys.criteria.fields.base import Field, Of
from journeys.criteria.kinds import CODE
from journeys.criteria.subject import Subject
from journeys.foundation.words import N_


class Language(Field):
    """The language in which the patient wants to be written to, without its country: `es` also for es-MX."""

    label = N_("language")
    kind = CODE
    pattern = r"[a-z]{2,3}"
    example = "es"

    def value(self, subject: Subject, clock: Clock, of: Of) -> ColumnElement[str]:
        """The recorded value."""
        return func.split_part(func.lower(subject.fact("language")), "-", 1)
