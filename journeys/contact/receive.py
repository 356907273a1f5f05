"""Takes in what a patient wrote: kept raw once, matched to the message it answers, understood, and acted on.

A second delivery of the same outside id changes nothing. STOP holds for every patient who shares the number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.contact import keywords
from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Channel
from journeys.contact.consents import append
from journeys.contact.inbound.act_on_intent import act_on_intent
from journeys.contact.intents import FREE_TEXT
from journeys.contact.questions import question_of
from journeys.contact.templates import read
from journeys.contact.understand import OTHER, UNSURE, Understood, understand
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.ids import new_uid
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.foundation.secrets import seal
from journeys.foundation.tokens import email_token, phone_token
from journeys.store.configuration import DefinitionVersion
from journeys.store.contact import Message
from journeys.store.events import emit
from journeys.store.inbox import InboundDelivery
from journeys.store.people import Patient, PatientTelecom, PatientToken

ANSWERABLE = dt.timedelta(days=30)
"""How long a message can be answered; later replies stand by themselves."""

SEVERAL = "several"
"""What a reply was understood by when it may answer more than one patient's message: nothing."""

MOST_SENT = 20
"""How many messages back an answer may reach."""


@dataclass(frozen=True)
class Arrived:
    """What came in on a channel: the provider's id of it, who wrote, the text, and the raw bytes where there are any.

    `region` is how a number without a country is read. Nothing that came from outside shows in a `repr`.
    """

    channel: str
    outside_id: str
    sender: str = field(repr=False)
    text: str = field(repr=False)
    raw: bytes | None = field(default=None, repr=False)
    region: str = "US"


@dataclass(frozen=True)
class Received:
    """What became of it: `applied`, `repeated` (it was here before) or `unknown-sender`; the inbound message, the
    message it answers, and the meaning."""

    status: str
    message_id: int | None = None
    answers_id: int | None = None
    outcome: str | None = None


def receive(session: Session, act: Act, arrived: Arrived) -> Received:
    """Apply one inbound message; one from an unknown sender is kept for a person to look at."""
    channel = CHANNELS[arrived.channel]
    patients = patients_of(session, channel, arrived)
    lock_lanes(session, [lane_of(patient) for patient in patients])
    delivery = keep_raw(session, act, arrived)
    if delivery is None:
        audit.nothing_happened(session)
        return Received("repeated")
    if not patients:
        settle(session, act, delivery, "quarantined", "unknown sender")
        return Received("unknown-sender")
    answered, meaning = attributed(session, arrived, sent_to(session, act, channel, arrived, patients))
    patient = answered.patient_id if answered is not None else patients[0]
    row = write_message(session, act, arrived, patient, answered, meaning)
    act_on(session, act, channel, arrived, patients, meaning)
    act_on_intent(session, act, row, answered, meaning)
    tell(session, act, row, answered, meaning)
    settle(session, act, delivery, "applied", None)
    audit.note(session, "C", "message", [row.id], [patient], {"outcome": meaning.outcome, "by": meaning.by})
    return Received("applied", row.id, answered.id if answered is not None else None, meaning.outcome)


def patients_of(session: Session, channel: type[Channel], arrived: Arrived) -> list[int]:
    """Whose number or address this is; several may share one. Of a record that was merged, the one that is kept."""
    found_by = email_token(arrived.sender) if channel.speaks == "email" else phone_token(arrived.sender, arrived.region)
    if found_by is None:
        return []
    kind, token = found_by
    sharing = (
        select(func.coalesce(Patient.merged_into_id, Patient.id))
        .distinct()
        .select_from(PatientToken)
        .join(Patient, Patient.id == PatientToken.patient_id)
        .where(PatientToken.kind == kind, PatientToken.token == token)
    )
    return sorted(session.scalars(sharing))


def keep_raw(session: Session, act: Act, arrived: Arrived) -> int | None:
    """Keep what came as it came; None when this outside id was here before."""
    uid = new_uid()
    raw = arrived.raw if arrived.raw is not None else arrived.text.encode()
    statement = (
        insert(InboundDelivery)
        .values(
            uid=uid,
            source=arrived.channel,
            outside_id=arrived.outside_id,
            received_at=act.now,
            raw_sealed=seal(raw, "inbound_delivery", "raw", uid),
        )
        .on_conflict_do_nothing(index_elements=["source", "outside_id"])
        .returning(InboundDelivery.id)
    )
    return session.scalar(statement)


def settle(session: Session, act: Act, delivery: int, status: str, error: str | None) -> None:
    """Write down what became of a delivery."""
    session.execute(
        update(InboundDelivery)
        .where(InboundDelivery.id == delivery)
        .values(status=status, error=error, applied_at=act.now if status == "applied" else None, attempts=1)
        .execution_options(synchronize_session=False)
    )


def attributed(session: Session, arrived: Arrived, sent: Sequence[Any]) -> tuple[Any, Understood]:
    """The message that a reply answers, and what it means: the newest unanswered one that asked for such an answer,
    else the newest.

    Where the messages of two patients fit, nobody knows who answered: the meaning is `other`, beside the newest, which
    stays unanswered, and no journey goes on by it.
    """
    newest = sent[0] if sent else None
    readings = [(each, reading_of(session, arrived, each)) for each in sent]
    fits = [(each, meaning) for each, meaning in readings if meaning.by == "answer" and each.answered_at is None]
    if len({each.patient_id for each, _ in fits}) > 1:
        return newest, Understood(OTHER, SEVERAL, intent=FREE_TEXT, confidence=UNSURE)
    if fits:
        return fits[0]
    return (newest, readings[0][1]) if readings else (None, understand(arrived.text, {}))


def reading_of(session: Session, arrived: Arrived, answered: Any) -> Understood:
    """What a reply means if it is to this message."""
    return understand(arrived.text, answers_of(session, answered), question_of(answered.asks), arrived.region)


def sent_to(
    session: Session, act: Act, channel: type[Channel], arrived: Arrived, patients: Sequence[int]
) -> Sequence[Any]:
    """The messages sent to this very number or address that can still be answered, the newest first."""
    carriers = [name for name, kind in CHANNELS.items() if kind.speaks == channel.speaks]
    numbers = [each.id for each in telecoms_of(session, channel, arrived, patients)]
    return session.execute(
        select(
            Message.id,
            Message.patient_id,
            Message.enrolment_id,
            Message.template_version_id,
            Message.purpose,
            Message.answered_at,
            Message.asks,
            Message.focus_kind,
        )
        .where(
            Message.patient_id.in_(patients),
            Message.telecom_id.in_(numbers),
            Message.direction == "outbound",
            Message.channel.in_(carriers),
            Message.sent_at > act.now - ANSWERABLE,
        )
        .order_by(Message.sent_at.desc(), Message.id.desc())
        .limit(MOST_SENT)
    ).all()


def answers_of(session: Session, answered: Any) -> dict[str, str]:
    """The answers that a message asked for."""
    if answered is None or answered.template_version_id is None:
        return {}
    content = session.scalar(
        select(DefinitionVersion.content).where(DefinitionVersion.id == answered.template_version_id)
    )
    return dict(read(content).answers) if content else {}


def write_message(
    session: Session, act: Act, arrived: Arrived, patient: int, answered: Any, meaning: Understood
) -> Message:
    """The inbound message; and on the one it answers, that it was."""
    row = Message(
        patient_id=patient,
        lane=lane_of(patient),
        direction="inbound",
        status="received",
        purpose=answered.purpose if answered is not None else "transactional",
        channel=arrived.channel,
        planned_at=act.now,
        answer=meaning.outcome,
        intent=meaning.intent,
        understood_by=meaning.by,
        confidence=meaning.confidence,
        in_response_to_id=answered.id if answered is not None else None,
        provider_reference=arrived.outside_id,
        body=arrived.text,
    )
    session.add(row)
    session.flush()
    if answered is not None and meaning.by != SEVERAL:
        keep_answer(session, act, answered, meaning)
    return row


def keep_answer(session: Session, act: Act, answered: Any, meaning: Understood) -> None:
    """Write on a message what was answered to it; thanks after an answer to a question do not wipe it out."""
    if answered.asks is not None and answered.answered_at is not None and meaning.by != "answer":
        return
    session.execute(
        update(Message)
        .where(Message.id == answered.id)
        .values(
            answered_at=act.now,
            answer=meaning.outcome,
            answer_number=meaning.number,
            answer_date=meaning.day,
        )
        .execution_options(synchronize_session=False)
    )


def act_on(
    session: Session, act: Act, channel: type[Channel], arrived: Arrived, patients: Sequence[int], meaning: Understood
) -> None:
    """Do at once what a reply asks for by law: no more messages, or none to this number."""
    if meaning.outcome == keywords.STOP:
        statement = {
            "decision": "deny",
            "purpose": None,
            "channel": channel.speaks,
            "source": "message",
            "evidence": arrived.text,
        }
        append(session, act, "consent.withdrawn", patients, statement)
    if meaning.outcome == keywords.WRONG_NUMBER:
        end_number(session, channel, arrived, patients)


def end_number(session: Session, channel: type[Channel], arrived: Arrived, patients: Sequence[int]) -> None:
    """Mark the number as somebody else's, for every patient who has it."""
    for each in telecoms_of(session, channel, arrived, patients):
        each.status = "wrong-person"
    session.flush()


def telecoms_of(
    session: Session, channel: type[Channel], arrived: Arrived, patients: Sequence[int]
) -> list[PatientTelecom]:
    """The rows of these patients that hold the sender's number or address, however it is written there."""
    wanted = email_token(arrived.sender) if channel.speaks == "email" else phone_token(arrived.sender, arrived.region)
    telecoms = session.scalars(
        select(PatientTelecom).where(
            PatientTelecom.patient_id.in_(patients), PatientTelecom.system.in_(channel.address_systems)
        )
    )
    return [each for each in telecoms if token_of(each, arrived.region) == wanted]


def token_of(telecom: PatientTelecom, region: str) -> tuple[str, bytes] | None:
    """What a number or address is found by."""
    return email_token(telecom.value) if telecom.system == "email" else phone_token(telecom.value, region)


def tell(session: Session, act: Act, row: Message, answered: Any, meaning: Understood) -> None:
    """The event that journeys wait for: about the message answered, and the enrolment that sent it."""
    answered = None if meaning.by == SEVERAL else answered
    about = answered.id if answered is not None else row.id
    event = {
        "patient_id": row.patient_id,
        "subject_kind": "message",
        "subject_id": about,
        "enrolment_id": answered.enrolment_id if answered is not None else None,
        "outcome": meaning.outcome,
    }
    emit(session, act, "message.answered", [event])
