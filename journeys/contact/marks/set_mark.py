"""Writes down what is known about a patient, or one of their numbers, that contact rules look at; it holds at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Missing, Problem, refuse_errors
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.foundation.words import N_
from journeys.store.contact import PURPOSES
from journeys.store.contact_marks import BARS, OF_A_NUMBER, PERMITS, ContactMark
from journeys.store.people import Patient, PatientTelecom


@dataclass(frozen=True)
class Said:
    """A mark as it is said: its kind, what it is about (None: everything), until when, how it came, what shows it."""

    kind: str
    purpose: str | None = None
    channel: str | None = None
    telecom_id: int | None = None
    until_at: dt.datetime | None = None
    source: str = "in-person"
    evidence: str | None = field(default=None, repr=False)


def set_mark(session: Session, act: Act, patient_id: int, said: Said) -> ContactMark:
    """Return the mark; Missing for a patient out of scope, Invalid with every problem."""
    lock_lanes(session, [lane_of(patient_id)])
    if session.scalar(select(Patient.id).where(Patient.id == patient_id)) is None:
        raise Missing(f"There is no patient {patient_id}")
    refuse_errors(problems_of(session, act, patient_id, said))
    mark = mark_of(act, patient_id, said)
    session.add(mark)
    session.flush()
    audit.note(session, "C", "contact_mark", [mark.id], [patient_id], {"kind": said.kind})
    ring_after_commit(session, "plan")
    return mark


def mark_of(act: Act, patient_id: int, said: Said) -> ContactMark:
    """The row, from now on."""
    return ContactMark(
        patient_id=patient_id,
        kind=said.kind,
        purpose=said.purpose,
        channel=said.channel,
        telecom_id=said.telecom_id,
        from_at=act.now,
        until_at=said.until_at,
        source=said.source,
        recorded_by=act.by,
        recorded_at=act.now,
        evidence=said.evidence,
    )


def problems_of(session: Session, act: Act, patient_id: int, said: Said) -> Iterator[Problem]:
    """What is wrong with what was said."""
    if said.kind not in (*BARS, *PERMITS):
        yield Problem("kind", N_("Choose one of: %(known)s"), {"known": ", ".join((*BARS, *PERMITS))})
    if said.purpose is not None and said.purpose not in PURPOSES:
        yield Problem("purpose", N_("Choose one of: %(known)s"), {"known": ", ".join(PURPOSES)})
    if said.kind in OF_A_NUMBER and said.telecom_id is None:
        yield Problem("telecom_id", N_("Choose the number or address that this is about"))
    if said.until_at is not None and said.until_at <= act.now:
        yield Problem("until_at", N_("Choose a day that is still to come"))
    own = select(PatientTelecom.id).where(
        PatientTelecom.patient_id == patient_id, PatientTelecom.related_person_id.is_(None)
    )
    if said.telecom_id is not None and said.telecom_id not in session.scalars(own).all():
        yield Problem("telecom_id", N_("The patient has no such number or address"))
