"""The branch that manages a patient."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from journeys.criteria.dates import Clock
from journeys.criteria.fields.base import Field, Of
from journeys.criteria.kinds import CODE
from journeys.criteria.operators.base import Fact
from journeys.criteria.subject import Subject
from journeys.foundation.words import N_
from journeys.store.organisation import Location

PLACE = Location.__table__.alias("managing_place")


class Branch(Field):
    """The branch that manages the patient, by its slug; a patient may be known at other branches too."""

    label = N_("branch")
    kind = CODE

    def value(self, subject: Subject, clock: Clock, of: Of) -> ColumnElement[str]:
        """The slug of the managing location."""
        is_it = PLACE.c.id == subject.fact("managing_location_id")
        return select(PLACE.c.slug).where(is_it).correlate_except(PLACE).scalar_subquery()

    def fact(self, subject: Subject, clock: Clock, of: Of, kind: str) -> Fact:
        """Looked up among the few branches, not branch by patient."""
        key = (PLACE.c.id, subject.fact("managing_location_id"))
        return Fact(PLACE.c.slug, kind, clock, rows=PLACE, key=key)
