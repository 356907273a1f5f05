"""What the verbs about one patient and one guideline share: who is meant, and looking at them at once."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.care.guidelines.in_force import InForce
from journeys.care.guidelines.refresh_guideline import LOCK, look_at
from journeys.criteria.known import known
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.words import N_
from journeys.store.people import Patient


def patient_here(session: Session, patient: uuid.UUID) -> Patient:
    """The patient of this uid; Missing when there is none in this scope."""
    found = session.scalar(select(Patient).where(Patient.uid == patient))
    if found is None:
        raise Missing(N_("There is no such patient here"))
    return found


def look_again(session: Session, act: Act, each: InForce, patient: Patient) -> None:
    """Write where this patient stands in a guideline now, so that nobody has to wait for the worker."""
    session.execute(LOCK)
    look_at(session, act, each, known(session), select(Patient.id).where(Patient.id == patient.id))
