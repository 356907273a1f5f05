"""The birth date."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement

from journeys.criteria.dates import Clock
from journeys.criteria.fields.base import Field, Of
from journeys.criteria.kinds import DAY
from journeys.criteria.subject import Subject
from journeys.foundation.words import N_


class BirthDate(Field):
    """The recorded birth date."""

    label = N_("birth date")
    kind = DAY

    def value(self, subject: Subject, clock: Clock, of: Of) -> ColumnElement[dt.date]:
        """The recorded value."""
        return subject.fact("birth_date")
