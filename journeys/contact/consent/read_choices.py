"""Shows a patient, by the link in a message, about what we write and on which channel."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.contact.consent.choices import Choices, clinic_of, is_too_old, opened, patient_of, writes_to
from journeys.foundation import audit
from journeys.foundation.acting import Act


def read_choices(session: Session, act: Act, token: str) -> Choices:
    """What holds now; Missing for letters that are no link of ours."""
    link = opened(session, token)
    patient = patient_of(session, link)
    writes = writes_to(session, act, patient, person=link.person)
    audit.note(session, "R", "consent", patients=[patient.id], detail={"by": "link"})
    return Choices(clinic_of(session, patient), link.message.language or "en", is_too_old(act, link.message), writes)
