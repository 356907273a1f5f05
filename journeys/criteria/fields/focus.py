"""An attribute of the record that the rule is about."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from journeys.criteria.dates import Clock
from journeys.criteria.fields.base import Field, Of, Record
from journeys.criteria.kinds import CODE, Facet
from journeys.criteria.subject import Subject
from journeys.foundation.words import N_


class Focus(Field):
    """An attribute of the record that an enrolment or a message is about: the appointment, the activity that is due.

    `of.attribute` names it (`status`, `code`, `date`, `due_on`, …). Only rules of journeys that have a focus can ask.
    """

    label = N_("the record in focus")
    kind = CODE
    parameters = {"attribute": {}}

    def facet(self, of: Of, focus: Record | None) -> Facet:
        """What the attribute is."""
        attribute = focus.attribute(of.get("attribute", "")) if focus is not None else None
        return Facet(self.kind, self.label) if attribute is None else attribute.facet()

    def value(self, subject: Subject, clock: Clock, of: Of) -> ColumnElement[object]:
        """The attribute of the focus record."""
        value, _ = clock.focus(of["attribute"])
        return value
