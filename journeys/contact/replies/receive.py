"""Takes in what a patient wrote: kept raw once, matched to the message it answers, understood, and acted on.

A second delivery of the same outside id changes nothing. STOP holds for every patient who shares the number, and for
whoever beside a patient has it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from journeys.contact.caregivers.heard import Heard, Writer, caregivers_with, hear_caregivers
from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Attached, Channel
from journeys.contact.consent.consents import append
from journeys.contact.inbound import files
from journeys.contact.inbound.act_on_intent import act_on_intent
from journeys.contact.inbound.kept_raw import PERHAPS_EMERGENCY, UNKNOWN_SENDER, keep_for_a_person, keep_raw, settle
from journeys.contact.inbound.named import (
    SEVERAL,
    STRANGER,
    by_a_stranger,
    by_one_of_several,
    first_named,
    is_for_somebody_beside,
    patient_of,
    were_written_to,
)
from journeys.contact.inbound.sent_form import SentForm, apply_form
from journeys.contact.replies import keywords
from journeys.contact.replies.intents import EMERGENCY, FREE_TEXT
from journeys.contact.replies.questions import question_of
from journeys.contact.replies.understand import OTHER, UNSURE, Understood, understand
from journeys.contact.sending.hold_what_leaves import hold_what_leaves
from journeys.contact.texts.templates import read
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.configuration import DefinitionVersion
from journeys.store.contact import Message
from journeys.store.events import emit
from journeys.store.people import Patient, PatientTelecom, PatientToken

ANSWERABLE = dt.timedelta(days=30)
"""How long a message can be answered; later replies stand by themselves."""

NOBODY_KNOWS = (SEVERAL, STRANGER)
"""What a reply was understood by that answers nothing, because nobody knows whose it is."""

MOST_SENT = 20
"""How many messages back an answer may reach."""


@dataclass(frozen=True)
class Arrived:
    """What came in on a channel: the provider's id of it, who wrote, the text, and the raw bytes where there are any.

    `region` is how a number without a country is read, `at` when it came, where that was before now. `answers` is the
    uid of our message that it names, which nobody knows who did not get it. Of a `form` only some of the text is the
    visitor's own words. Nothing that came from outside shows in a `repr`.
    """

    channel: str
    outside_id: str
    sender: str = field(repr=False)
    text: str = field(repr=False)
    raw: bytes | None = field(default=None, repr=False)
    region: str = "US"
    answers: uuid.UUID | None = None
    files: tuple[Attached, ...] = field(default=(), repr=False)
    at: dt.datetime | None = None
    form: SentForm | None = None

    @property
    def words(self) -> str:
        """What is understood: of a form what was written freely."""
        return self.text if self.form is None else self.form.words


@dataclass(frozen=True)
class Received:
    """What became of it: `applied`, `repeated` (it was here before) or `unknown-sender`; the inbound message, the
    message it answers, and the meaning."""

    status: str
    message_id: int | None = None
    answers_id: int | None = None
    outcome: str | None = None


def receive(session: Session, act: Act, arrived: Arrived) -> Received:
    """Apply one inbound message; one from an unknown sender is kept for a person to look at, and so is what somebody
    beside a patient wrote, once their STOP holds."""
    channel = CHANNELS[arrived.channel]
    patients = patients_of(session, channel, arrived)
    is_stranger = not patients
    patients = patients or patient_of(session, arrived.answers)
    token = found_by(channel, arrived) if channel.knows_by_address else None
    writers = caregivers_with(session, token)
    concerned = sorted({*patients, *(each.patient_id for each in writers)})
    hold_what_leaves(session, concerned)
    lock_lanes(session, [lane_of(patient) for patient in concerned])
    raw = arrived.raw if arrived.raw is not None else arrived.text.encode()
    sender = found_by(channel, arrived) if channel.medium.lasts else None
    delivery = keep_raw(session, act, arrived.channel, arrived.outside_id, raw, sender and sender[1])
    if delivery is None:
        audit.nothing_happened(session)
        return Received("repeated")
    if writers and token is not None:
        medium = channel.speaks if channel.sends else None
        outcome = understand(arrived.words, {}).outcome
        hear_caregivers(session, act, writers, Heard(outcome, medium, arrived.region, token, arrived.text))
    if not patients:
        said = {"sender": arrived.sender, "text": arrived.text, "region": arrived.region}
        keep_for_a_person(session, delivery, said if arrived.form is None else {**said, "form": arrived.form.as_said()})
        is_emergency = understand(arrived.words, {}).intent == EMERGENCY
        settle(session, act, delivery, "quarantined", PERHAPS_EMERGENCY if is_emergency else UNKNOWN_SENDER)
        return Received("unknown-sender")
    is_stranger = is_stranger or is_for_somebody_beside(session, arrived.answers)
    return take_in(session, act, arrived, patients, delivery, is_stranger, writers)


def take_in(
    session: Session,
    act: Act,
    arrived: Arrived,
    patients: Sequence[int],
    delivery: int,
    is_stranger: bool = False,
    writers: Sequence[Writer] = (),
) -> Received:
    """Apply what one of these patients wrote, or a stranger to one of them; their lanes are locked. `writers` are who
    beside a patient has the number too."""
    channel = CHANNELS[arrived.channel]
    sent = first_named(sent_to(session, act, channel, arrived, patients, is_stranger), arrived.answers)
    answered, meaning = attributed(session, arrived, sent)
    if is_stranger:
        meaning = by_a_stranger(meaning)
    elif answered is not None and were_written_to(session, writers, act.now - ANSWERABLE):
        meaning = by_one_of_several(meaning)
    patient = answered.patient_id if answered is not None else patients[0]
    row = write_message(session, act, arrived, patient, answered, meaning)
    act_on(session, act, channel, arrived, patients, meaning)
    asked = act_on_intent(session, act, row, None if is_stranger else answered, meaning)
    tell(session, act, row, answered, meaning, asked)
    if arrived.form is not None:
        apply_form(session, act, row, arrived.form, meaning)
    settle(session, act, delivery, "applied", None)
    audit.note(session, "C", "message", [row.id], [patient], {"outcome": meaning.outcome, "by": meaning.by})
    return Received("applied", row.id, answered.id if answered is not None else None, meaning.outcome)


def patients_of(session: Session, channel: type[Channel], arrived: Arrived) -> list[int]:
    """Whose number or address this is; several may share one. Of a record that was merged, the one that is kept.

    Where an address proves nothing, whoever the door is sure of.
    """
    if not channel.knows_by_address:
        sure = None if arrived.form is None else arrived.form.patient_id
        return [] if sure is None else [sure]
    sender = found_by(channel, arrived)
    if sender is None:
        return []
    kind, token = sender
    sharing = (
        select(func.coalesce(Patient.merged_into_id, Patient.id))
        .distinct()
        .select_from(PatientToken)
        .join(Patient, Patient.id == PatientToken.patient_id)
        .where(PatientToken.kind == kind, PatientToken.token == token)
    )
    return sorted(session.scalars(sharing))


def found_by(channel: type[Channel], arrived: Arrived) -> tuple[str, bytes] | None:
    """The token of the sender's number or address; None when it can be neither."""
    return channel.medium.token(arrived.sender, arrived.region)


def attributed(session: Session, arrived: Arrived, sent: Sequence[Any]) -> tuple[Any, Understood]:
    """The message that a reply answers, and what it means: the newest unanswered one that asked for such an answer,
    else the newest.

    Where the messages of two patients fit, nobody knows who answered: the meaning is `other`, beside the newest, which
    stays unanswered, and no journey goes on by it. A message that the reply names itself is the one it answers.
    """
    newest = sent[0] if sent else None
    if newest is not None and newest.uid == arrived.answers:
        return newest, reading_of(session, arrived, newest)
    readings = [(each, reading_of(session, arrived, each)) for each in sent]
    fits = [(each, meaning) for each, meaning in readings if meaning.by == "answer" and each.answered_at is None]
    if len({each.patient_id for each, _ in fits}) > 1:
        return newest, Understood(OTHER, SEVERAL, intent=FREE_TEXT, confidence=UNSURE)
    if fits:
        return fits[0]
    return (newest, readings[0][1]) if readings else (None, understand(arrived.words, {}))


def reading_of(session: Session, arrived: Arrived, answered: Any) -> Understood:
    """What a reply means if it is to this message."""
    return understand(arrived.words, answers_of(session, answered), question_of(answered.asks), arrived.region)


def sent_to(
    session: Session, act: Act, channel: type[Channel], arrived: Arrived, patients: Sequence[int], is_stranger: bool
) -> Sequence[Any]:
    """The messages sent to this very number or address that can still be answered, the newest first; and the one that
    a reply names. To a stranger none but that one was sent."""
    carriers = [name for name, kind in CHANNELS.items() if kind.speaks == channel.speaks]
    numbers = [] if is_stranger else [each.id for each in telecoms_of(session, channel, arrived, patients)]
    return session.execute(
        select(
            Message.id,
            Message.uid,
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
            or_(Message.telecom_id.in_(numbers), Message.uid == arrived.answers),
            Message.direction == "outbound",
            Message.recipient_id.is_(None),
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
        planned_at=arrived.at or act.now,
        answer=meaning.outcome,
        intent=meaning.intent,
        understood_by=meaning.by,
        confidence=meaning.confidence,
        in_response_to_id=answered.id if answered is not None else None,
        provider_reference=arrived.outside_id,
        body=arrived.text,
        files=files.listed(arrived.files),
        contents=files.contents(arrived.files),
    )
    session.add(row)
    session.flush()
    if answered is not None and meaning.by not in NOBODY_KNOWS:
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
            "channel": channel.speaks if channel.sends else None,
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
    wanted = found_by(channel, arrived)
    telecoms = session.scalars(
        select(PatientTelecom).where(
            PatientTelecom.patient_id.in_(patients),
            PatientTelecom.related_person_id.is_(None),
            PatientTelecom.system.in_(channel.address_systems),
        )
    )
    return [each for each in telecoms if channel.medium.token(each.value, arrived.region) == wanted]


def tell(session: Session, act: Act, row: Message, answered: Any, meaning: Understood, asked: str | None) -> None:
    """The event that journeys wait for: about the message answered, and the enrolment that sent it; and one about what
    arrived, with what staff are asked about it."""
    answered = None if meaning.by in NOBODY_KNOWS else answered
    common = {"patient_id": row.patient_id, "subject_kind": "message", "outcome": meaning.outcome}
    about = answered.id if answered is not None else row.id
    enrolment = answered.enrolment_id if answered is not None else None
    emit(session, act, "message.answered", [{**common, "subject_id": about, "enrolment_id": enrolment}])
    emit(session, act, "message.arrived", [{**common, "subject_id": row.id, "code": asked}])
