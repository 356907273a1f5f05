"""Opens one referral: everything that its page shows, in one audited read."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.words import N_
from journeys.store.access import Appointment
from journeys.store.clinical import DiagnosticReport
from journeys.store.organisation import Location, Organization, Practitioner
from journeys.store.people import Patient
from journeys.store.referrals import Referral, ReferralDocument, ReferralHistory
from journeys.store.tasks import TaskQueue


@dataclass(frozen=True)
class ReferralPage:
    """The referral, whose it is, what it has been through (the last first), its papers, results and appointments.

    `sender` and `receiver` are the names of the places and people on either side. Rows open their sealed values when
    they are read.
    """

    referral: Referral
    patient: Patient
    sender: tuple[str, ...]
    receiver: tuple[str, ...]
    queue: TaskQueue | None
    history: Sequence[ReferralHistory]
    documents: Sequence[ReferralDocument]
    reports: Sequence[DiagnosticReport]
    appointments: Sequence[Appointment]


def open_referral(session: Session, act: Act, uid: uuid.UUID) -> ReferralPage:
    """The page of a referral; Missing when there is none in this scope."""
    referral = session.scalar(select(Referral).where(Referral.uid == uid))
    if referral is None:
        raise Missing(N_("There is no such referral here"))
    patient = session.get_one(Patient, referral.patient_id)
    page = ReferralPage(
        referral=referral,
        patient=patient,
        sender=side(session, referral, "from"),
        receiver=side(session, referral, "to"),
        queue=None if referral.queue_id is None else session.get(TaskQueue, referral.queue_id),
        history=of(session, referral, ReferralHistory, ReferralHistory.number.desc()),
        documents=of(session, referral, ReferralDocument, ReferralDocument.id),
        reports=of(session, referral, DiagnosticReport, DiagnosticReport.id.desc()),
        appointments=of(session, referral, Appointment, Appointment.start_at.desc().nulls_last()),
    )
    audit.note(session, "R", "referral", [referral.id], [patient.id])
    return page


def of(session: Session, referral: Referral, table: Any, order: Any) -> Sequence[Any]:
    """The rows of a table that belong to the referral."""
    return session.scalars(select(table).where(table.referral_id == referral.id).order_by(order, table.id)).all()


def side(session: Session, referral: Referral, name: str) -> tuple[str, ...]:
    """The names of whoever is on one side: staff, branch, organization."""
    tables = (("practitioner", Practitioner), ("location", Location), ("organization", Organization))
    ids = [(table, getattr(referral, f"{name}_{kind}_id")) for kind, table in tables]
    found: list[Any] = [session.get(table, number) for table, number in ids if number is not None]
    return tuple(each.name for each in found if each is not None and each.name)
