"""The branch that manages a patient."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from journeys.criteria.dates import Clock
from journeys.criteria.fields.base import Field, Of
from journeys.criteria.kinds import CODE
from journeys.criteria.subject import Subject
from journeys.foundation.words import N_
from journeys.store.organisation import Location


class Branch(Field):
    """The branch that manages the patient, by its slug; a patient may be known at other branches too."""

    label = N_("branch")
    kind = CODE

    def value(self, subject: Subject, clock: Clock, of: Of) -> ColumnElement[str]:
        """The slug of the managing location."""
        place = Location.__table__
        return (
            select(place.c.slug)
            .where(place.c.id == subject.fact("managing_location_id"))
            .correlate_except(place)
            .scalar_subquery()
        )
