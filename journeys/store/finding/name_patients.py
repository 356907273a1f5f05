"""Opens the names of some patients, to show who somebody has chosen; in one audited read."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.people import Patient


def name_patients(session: Session, act: Act, uids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The name of each of these patients by uid, "" where none is recorded; whom the act may not see is left out."""
    wanted = select(Patient).where(Patient.uid.in_(list(uids)))
    patients = session.scalars(wanted.order_by(Patient.id)).all()
    ids = [patient.id for patient in patients]
    audit.note(session, "R", "patient", ids, ids, {"shown": len(ids)})
    return {patient.uid: patient.name or "" for patient in patients}
