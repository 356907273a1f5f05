"""Writes a note of staff on a patient's record; the text is sealed, and a note is never changed."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Missing, Problem
from journeys.foundation.words import N_
from journeys.store.clinical import Note
from journeys.store.people import Patient

LONGEST = 10_000


def write_note(session: Session, act: Act, patient_uid: uuid.UUID, text: str) -> Note:
    """Return the note. Invalid at `text` when there is none or it is too long; Missing outside the act's scope."""
    patient_id = session.scalar(select(Patient.id).where(Patient.uid == patient_uid))
    if patient_id is None:
        raise Missing(N_("There is no such patient here"))
    written = text.replace("\r\n", "\n").strip()
    if not written:
        raise Invalid([Problem("text", N_("Write what is to be noted"))])
    if len(written) > LONGEST:
        raise Invalid([Problem("text", N_("Write at most %(most)s characters"), {"most": LONGEST})])
    note = Note(patient_id=patient_id, written_at=act.now, written_by=act.by, text=written)
    session.add(note)
    session.flush()
    audit.note(session, "C", "note", [note.id], [patient_id])
    return note
