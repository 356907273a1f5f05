"""The channel a patient prefers."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from journeys.criteria.dates import Clock
from journeys.criteria.fields.base import Field, Of
from journeys.criteria.kinds import CODE
from journeys.criteria.subject import Subject
from journeys.foundation.words import N_


class PreferredChannel(Field):
    """The channel by which the patient said they prefer to be reached."""

    label = N_("preferred channel")
    kind = CODE

    def value(self, subject: Subject, clock: Clock, of: Of) -> ColumnElement[str]:
        """The recorded value."""
        return subject.fact("preferred_channel")
