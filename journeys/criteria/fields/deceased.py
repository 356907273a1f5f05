"""Whether the patient has died."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from journeys.criteria.dates import Clock
from journeys.criteria.fields.base import Field, Of
from journeys.criteria.kinds import YES_NO
from journeys.criteria.subject import Subject
from journeys.foundation.words import N_


class Deceased(Field):
    """Whether the patient is recorded as deceased."""

    label = N_("has died")
    kind = YES_NO
    may_be_unknown = False

    def value(self, subject: Subject, clock: Clock, of: Of) -> ColumnElement[bool]:
        """The recorded value."""
        return subject.fact("deceased")
