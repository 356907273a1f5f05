"""Opens a batch: its letters as they are sent. To print it is a thing of its own, done once unless asked for again."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.store.channel_accounts import ChannelAccount
from journeys.store.contact import Message
from journeys.store.letters import LetterBatch
from journeys.store.people import Patient, PatientTelecom


@dataclass(frozen=True)
class OneLetter:
    """A letter of a batch. `is_back` says that the post returned it."""

    message_id: int
    patient_uid: uuid.UUID
    language: str
    is_back: bool
    name: str = field(repr=False)
    address: str = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)


@dataclass(frozen=True)
class Opened:
    """A batch with the letters whose patients this scope may see, and the settings of its account."""

    batch: LetterBatch
    account: ChannelAccount
    letters: list[OneLetter]


def open_batch(session: Session, act: Act, number: int) -> Opened:
    """The whole batch, in the order in which it is printed; Missing without such a batch."""
    batch = session.get(LetterBatch, number)
    if batch is None:
        raise Missing(f"There is no batch {number}")
    letters = letters_in(session, number)
    audit.note(session, "R", LetterBatch.__tablename__, [number])
    return Opened(batch, session.get_one(ChannelAccount, batch.account_id), letters)


def letters_in(session: Session, number: int) -> list[OneLetter]:
    """The letters of a batch, opened."""
    rows = session.execute(
        select(Message, Patient, PatientTelecom)
        .join(Patient, Patient.id == Message.patient_id)
        .join(PatientTelecom, PatientTelecom.id == Message.telecom_id)
        .where(Message.letter_batch_id == number)
        .order_by(Message.id)
    ).all()
    found = [
        OneLetter(
            message_id=message.id,
            patient_uid=patient.uid,
            language=message.language or "en",
            is_back=message.status == "undeliverable",
            name=patient.name or "",
            address=telecom.value,
            subject=message.subject or "",
            body=message.body or "",
        )
        for message, patient, telecom in rows
    ]
    audit.note(session, "R", Message.__tablename__, [row[0].id for row in rows], [row[1].id for row in rows])
    return found
