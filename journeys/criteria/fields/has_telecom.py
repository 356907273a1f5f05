"""Whether a patient can be reached by a kind of number or address."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, literal, or_, select

from journeys.criteria.dates import Clock
from journeys.criteria.fields.base import Field, Of
from journeys.criteria.kinds import YES_NO
from journeys.criteria.subject import Subject
from journeys.foundation.words import N_
from journeys.store.people import PatientTelecom


class HasTelecom(Field):
    """Whether the patient has a usable number or address of one kind (`of.system`: phone, email, …) now.

    Usable means: nothing speaks against it, and it is valid at this moment. It is never unknown.
    """

    label = N_("has a usable %(system)s")
    kind = YES_NO
    may_be_unknown = False
    parameters = {
        "system": {
            "phone": N_("phone number"),
            "sms": N_("number for text messages"),
            "email": N_("e-mail address"),
            "fax": N_("fax number"),
            "pager": N_("pager"),
            "url": N_("web address"),
            "other": N_("other address"),
        }
    }
    changes_at = (PatientTelecom, ("valid_from", "valid_until"))

    def value(self, subject: Subject, clock: Clock, of: Of) -> ColumnElement[bool]:
        """Whether such a row exists."""
        telecom = PatientTelecom.__table__
        usable = (
            telecom.c.patient_id == subject.patient_id,
            telecom.c.related_person_id.is_(None),
            telecom.c.system == of["system"],
            telecom.c.status == "usable",
            or_(telecom.c.valid_from.is_(None), telecom.c.valid_from <= clock.now),
            or_(telecom.c.valid_until.is_(None), telecom.c.valid_until > clock.now),
            func.coalesce(telecom.c.use, "") != "old",
        )
        return select(literal(1)).select_from(telecom).where(*usable).correlate_except(telecom).exists()
