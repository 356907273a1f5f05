"""The people beside a patient: how they are reached, what they may receive, what they said about it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.caregivers.reaching import ENDED
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.store.caregivers import Authority
from journeys.store.contact import Consent
from journeys.store.people import Patient, PatientTelecom, RelatedPerson


@dataclass(frozen=True)
class Beside:
    """One person with their numbers in use, their allowances and their statements, the newest of each first."""

    person: RelatedPerson
    telecoms: Sequence[PatientTelecom]
    authorities: Sequence[Authority]
    statements: Sequence[Consent]

    def allows_now(self, now: dt.datetime) -> list[Authority]:
        """What they may receive at this moment."""
        if self.is_over(now):
            return []
        return [each for each in self.authorities if each.until_at is None or each.until_at > now]

    def is_over(self, now: dt.datetime) -> bool:
        """Whether their last day is over."""
        return self.person.until_on is not None and self.person.until_on < now.date()


@dataclass(frozen=True)
class Caregivers:
    """A patient with everybody beside them, in the order in which they were written down."""

    patient: Patient
    people: list[Beside]


def caregivers_of(session: Session, act: Act, patient_uid: uuid.UUID) -> Caregivers:
    """Missing for a patient whom this scope does not see; the read is audited."""
    patient = session.scalar(select(Patient).where(Patient.uid == patient_uid))
    if patient is None:
        raise Missing("There is no such patient")
    mine = select(RelatedPerson).where(RelatedPerson.patient_id == patient.id)
    people = session.scalars(mine.order_by(RelatedPerson.id)).all()
    of_patient = PatientTelecom.patient_id == patient.id
    telecoms = session.scalars(
        select(PatientTelecom)
        .where(of_patient, PatientTelecom.related_person_id.is_not(None), PatientTelecom.status != ENDED)
        .order_by(PatientTelecom.id)
    ).all()
    newest = (Authority.from_at.desc(), Authority.id.desc())
    authorities = session.scalars(select(Authority).where(Authority.patient_id == patient.id).order_by(*newest)).all()
    said = select(Consent).where(Consent.patient_id == patient.id, Consent.about_person_id.is_not(None))
    statements = session.scalars(said.order_by(Consent.from_at.desc(), Consent.id.desc())).all()
    audit.note(session, "R", "related_person", [each.id for each in people], [patient.id])
    return Caregivers(
        patient,
        [
            Beside(
                person,
                [each for each in telecoms if each.related_person_id == person.id],
                [each for each in authorities if each.related_person_id == person.id],
                [each for each in statements if each.about_person_id == person.id],
            )
            for person in people
        ],
    )
