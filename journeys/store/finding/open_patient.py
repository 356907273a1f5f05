"""Opens one patient: everything that stands at the head of the patient page, in one audited read."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.database import PREPARED
from journeys.foundation.errors import Missing
from journeys.foundation.words import N_
from journeys.store.caregivers import Authority
from journeys.store.contact import Consent
from journeys.store.organisation import Location
from journeys.store.people import (
    POSTAL,
    Patient,
    PatientAddress,
    PatientIdentifier,
    PatientLocation,
    PatientTelecom,
    RelatedPerson,
)
from journeys.store.sources import KeptRecord

Row = TypeVar("Row", PatientIdentifier, PatientTelecom, PatientAddress, RelatedPerson)

DECEASED = "deceased"
MERGED = "merged"
FLAG = "flag"
ALLERGY = "allergy"
ALERTING = {"Flag": FLAG, "AllergyIntolerance": ALLERGY}
"""Kept records that stand at the head of the page, and what they are called there."""


@dataclass(frozen=True)
class Alert:
    """Something to know before anything else: deceased, merged, flag or allergy; `text` are the record's own words."""

    kind: str
    text: str | None = None


@dataclass(frozen=True)
class PatientHead:
    """The person, ways to reach them, what they allowed, where they belong, what to know first.

    Rows open their sealed values when they are read (`row.value`, `row.text`, `row.name`).
    `related` are the people beside the patient whose last day is not over, `receiving` which of them may receive
    messages. `consents` holds the statement in force for each purpose and channel. `kept` is the uid of the record that
    this one was merged into, by however many merges, where the act may see it.
    """

    patient: Patient
    identifiers: list[PatientIdentifier]
    telecoms: list[PatientTelecom]
    addresses: list[PatientAddress]
    related: list[RelatedPerson]
    receiving: frozenset[int]
    consents: list[Consent]
    branches: list[Location]
    alerts: list[Alert]
    kept: uuid.UUID | None

    def age(self, today: dt.date) -> int | None:
        """Whole years on a day, None without a birth date."""
        born = self.patient.birth_date
        if born is None:
            return None
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def open_patient(session: Session, act: Act, uid: uuid.UUID) -> PatientHead:
    """The head of one patient. Missing when there is none of this uid in the act's scope."""
    patient = session.scalar(select(Patient).where(Patient.uid == uid).execution_options(**PREPARED))
    if patient is None:
        raise Missing(N_("There is no such patient here"))
    head = PatientHead(
        patient=patient,
        identifiers=list(session.scalars(mine(PatientIdentifier, patient))),
        telecoms=list(session.scalars(mine(PatientTelecom, patient).where(is_own_and_says_more()))),
        addresses=list(session.scalars(mine(PatientAddress, patient))),
        related=list(session.scalars(mine(RelatedPerson, patient).where(is_still_there(act.now)))),
        receiving=frozenset(session.scalars(receiving(patient.id, act.now))),
        consents=consents_in_force(session, patient.id, act.now),
        branches=branches_of(session, patient.id),
        alerts=alerts_of(session, patient),
        kept=kept_of(session, patient),
    )
    audit.note(session, "R", "patient", [patient.id], [patient.id])
    return head


def mine(table: type[Row], patient: Patient) -> Select[Row]:
    """SELECT the rows of a table that belong to a patient, in order of id."""
    return select(table).where(table.patient_id == patient.id).order_by(table.id).execution_options(**PREPARED)


def is_own_and_says_more() -> ColumnElement[bool]:
    """SQL: whether a number is the patient's own; a postal address stands among the addresses, and beside the numbers
    only if something speaks against it."""
    says_more = or_(PatientTelecom.system != POSTAL, PatientTelecom.status != "usable")
    return and_(PatientTelecom.related_person_id.is_(None), says_more)


def is_still_there(now: dt.datetime) -> ColumnElement[bool]:
    """SQL: whether somebody's last day is not over."""
    return or_(RelatedPerson.until_on.is_(None), RelatedPerson.until_on >= now.date())


def receiving(patient_id: int, now: dt.datetime) -> Select[int]:
    """SELECT who may receive some message about a patient."""
    in_force = and_(Authority.from_at <= now, or_(Authority.until_at.is_(None), Authority.until_at > now))
    chosen = select(Authority.related_person_id).where(Authority.patient_id == patient_id, in_force)
    return chosen.execution_options(**PREPARED)


def consents_in_force(session: Session, patient_id: int, now: dt.datetime) -> list[Consent]:
    """The newest statement in force for each purpose and channel."""
    in_force: ColumnElement[bool] = and_(
        Consent.patient_id == patient_id,
        Consent.about_person_id.is_(None),
        Consent.from_at <= now,
        or_(Consent.until_at.is_(None), Consent.until_at > now),
    )
    newest = (
        select(Consent)
        .where(in_force)
        .ext(distinct_on(Consent.purpose, Consent.channel))
        .order_by(Consent.purpose, Consent.channel, Consent.from_at.desc(), Consent.id.desc())
        .execution_options(**PREPARED)
    )
    return list(session.scalars(newest))


def branches_of(session: Session, patient_id: int) -> list[Location]:
    """The branches that the patient belongs to and the act may see."""
    chosen = (
        select(Location)
        .join(PatientLocation, PatientLocation.location_id == Location.id)
        .where(PatientLocation.patient_id == patient_id)
        .order_by(Location.name)
        .execution_options(**PREPARED)
    )
    return list(session.scalars(chosen))


def kept_of(session: Session, patient: Patient) -> uuid.UUID | None:
    """The record that is kept in this one's place; None for one that stands for itself."""
    seen, found = {patient.id}, patient
    while found.merged_into_id is not None and found.merged_into_id not in seen:
        seen.add(found.merged_into_id)
        further = session.get(Patient, found.merged_into_id)
        if further is None:
            return None
        found = further
    return None if found is patient or found.merged_into_id is not None else found.uid


def alerts_of(session: Session, patient: Patient) -> list[Alert]:
    """What to know first: death, a merge, active flags, allergies."""
    alerts = [Alert(DECEASED)] if patient.deceased else []
    if patient.merged_into_id is not None:
        alerts.append(Alert(MERGED))
    kept = session.scalars(
        select(KeptRecord)
        .where(
            KeptRecord.patient_id == patient.id,
            KeptRecord.resource_type.in_(ALERTING),
            or_(KeptRecord.status.is_(None), KeptRecord.status == "active"),
        )
        .order_by(KeptRecord.resource_type, KeptRecord.display)
        .execution_options(**PREPARED)
    )
    return [*alerts, *(Alert(ALERTING[each.resource_type], each.display or each.code) for each in kept)]
