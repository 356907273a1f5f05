"""The one person beside a patient that a verb is about, with the patient's lane locked."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.errors import Missing
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.people import RelatedPerson


def patient_of(session: Session, uid: uuid.UUID) -> int:
    """Whose caregiver this is; Missing where the scope sees none."""
    patient = session.scalar(select(RelatedPerson.patient_id).where(RelatedPerson.uid == uid))
    if patient is None:
        raise Missing("There is no such person")
    return patient


def locked(session: Session, uid: uuid.UUID) -> RelatedPerson:
    """The row, once nobody else plans or sends for the patient."""
    lock_lanes(session, [lane_of(patient_of(session, uid))])
    return session.scalars(select(RelatedPerson).where(RelatedPerson.uid == uid).with_for_update()).one()
