"""What the verbs about one patient and one guideline share: who is meant, and looking at them at once."""

from __future__ import annotations

import uuid

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from journeys.care.guidelines.in_force import InForce
from journeys.care.guidelines.refresh_guideline import look_at
from journeys.criteria.known import known
from journeys.foundation import advisory
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Missing
from journeys.foundation.lanes import lane_of
from journeys.foundation.words import N_
from journeys.store.due import DUE_MARK
from journeys.store.people import Patient

LOCK_IF_FREE = text(f"SELECT pg_try_advisory_xact_lock({advisory.DUE})")
"""The worker may hold it for minutes, and somebody waits for the page."""


def patient_here(session: Session, patient: uuid.UUID) -> Patient:
    """The patient of this uid; Missing when there is none in this scope."""
    found = session.scalar(select(Patient).where(Patient.uid == patient))
    if found is None:
        raise Missing(N_("There is no such patient here"))
    return found


def look_again(session: Session, act: Act, each: InForce, patient: Patient) -> None:
    """Write where this patient stands in a guideline now; while the worker is at work on what is due, leave it a mark,
    so that its next round does."""
    if not session.scalar(LOCK_IF_FREE):
        session.execute(insert(DUE_MARK).values(patient_id=patient.id))
        ring_after_commit(session, "due")
        return
    mine = select(Patient.id).where(Patient.id == patient.id)
    look_at(session, act, each, known(session), mine, lanes=[lane_of(patient.id)])
