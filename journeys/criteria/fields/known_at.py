"""The branches that know a patient."""

from __future__ import annotations

from sqlalchemy import ColumnElement, literal, select

from journeys.criteria.dates import Clock
from journeys.criteria.fields.base import Field, Of
from journeys.criteria.kinds import YES_NO
from journeys.criteria.subject import Subject
from journeys.foundation.words import N_
from journeys.store.organisation import Location
from journeys.store.people import PatientLocation


class KnownAt(Field):
    """Whether the patient belongs to a branch (`of.branch`, its slug), also when another one manages them."""

    label = N_("is known at %(branch)s")
    kind = YES_NO
    may_be_unknown = False
    parameters = {"branch": {}}

    def value(self, subject: Subject, clock: Clock, of: Of) -> ColumnElement[bool]:
        """Whether there is such a row."""
        belongs = PatientLocation.__table__
        branch = Location.__table__
        place = select(branch.c.id).where(branch.c.slug == of["branch"]).correlate(None)
        mine = (belongs.c.patient_id == subject.patient_id, belongs.c.location_id.in_(place))
        return select(literal(1)).select_from(belongs).where(*mine).correlate_except(belongs).exists()
