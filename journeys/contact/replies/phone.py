"""What the simulated phone of a patient shows: the messages of both sides, in order, opened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.contact.channels import CHANNELS
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.store.contact import Message
from journeys.store.people import Patient, PatientTelecom

CHANNEL = "phone_simulator"
SHOWN = 200


@dataclass(frozen=True)
class Bubble:
    """One message on the phone's screen; `answer` is how an inbound one was understood."""

    message_id: int
    inbound: bool
    at: dt.datetime
    body: str = field(repr=False)
    answer: str | None = None


@dataclass(frozen=True)
class Phone:
    """The simulated phone of one patient: their number (None without one) and the last messages, oldest first."""

    patient_id: int
    number: str | None = field(repr=False)
    bubbles: list[Bubble] = field(default_factory=list)


def phone(session: Session, act: Act, patient_id: int) -> Phone:
    """The phone of a patient; Missing outside the scope. Reading it is audited."""
    if session.scalar(select(Patient.id).where(Patient.id == patient_id)) is None:
        raise Missing(f"There is no patient {patient_id}")
    at = func.coalesce(Message.sent_at, Message.planned_at)
    rows = session.scalars(
        select(Message)
        .where(
            Message.patient_id == patient_id,
            Message.recipient_id.is_(None),
            Message.channel == CHANNEL,
            Message.status.in_(("accepted", "delivered", "received")),
        )
        .order_by(at.desc(), Message.id.desc())
        .limit(SHOWN)
    ).all()
    bubbles = [bubble(row) for row in reversed(rows)]
    audit.note(session, "R", "message", [each.message_id for each in bubbles], [patient_id])
    return Phone(patient_id, number_of(session, patient_id), bubbles)


def bubble(row: Message) -> Bubble:
    """One message as the phone shows it."""
    inbound = row.direction == "inbound"
    return Bubble(row.id, inbound, row.sent_at or row.planned_at, row.body or "", row.answer if inbound else None)


def number_of(session: Session, patient_id: int) -> str | None:
    """The number that the simulator reaches the patient at."""
    systems = list(CHANNELS[CHANNEL].address_systems)
    telecom = session.scalar(
        select(PatientTelecom)
        .where(
            PatientTelecom.patient_id == patient_id,
            PatientTelecom.related_person_id.is_(None),
            PatientTelecom.system.in_(systems),
        )
        .order_by(
            PatientTelecom.status != "usable",
            PatientTelecom.system != systems[0],
            (PatientTelecom.use == "mobile").is_not(True),
            PatientTelecom.rank.asc().nulls_last(),
            PatientTelecom.id,
        )
        .limit(1)
    )
    return telecom.value if telecom is not None else None
