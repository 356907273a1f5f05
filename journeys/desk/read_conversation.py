"""One conversation, opened: everything that happened in it, page by page, with what was written."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from journeys.desk.finding import role_of, task_of
from journeys.desk.to_do import MESSAGE
from journeys.desk.undo_move import last_move
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.tables import Texts
from journeys.store.access import Appointment
from journeys.store.configuration import Definition
from journeys.store.contact import Message
from journeys.store.conversations import BOOKED, Conversation, ConversationEntry
from journeys.store.lists.keyset import BEGINNING, Order, Place, stretch
from journeys.store.people import Patient
from journeys.store.tasks import Task, TaskQueue

PAGE = 50
MOST_OTHERS = 25


@dataclass(frozen=True)
class Happened:
    """One entry, and the message or the visit that it names; None where it names none, or it is kept no more."""

    entry: ConversationEntry
    message: Message | None = field(repr=False)
    visit: Appointment | None = None


@dataclass(frozen=True)
class Thread:
    """A page of a conversation, the oldest first; `earlier` is where the page before it begins, None on the first.

    `role` is whose work it is, None where it is everybody's; `campaign` is the name of the journey, or of the message,
    from which the first contact came. `others` are more of the patient's, newest first; `moved` is how it took part in
    the last merge or split, where that can be undone.
    """

    conversation: Conversation
    patient: Patient
    task: Task | None
    queue: Texts | None
    role: str | None
    campaign: Texts | None
    happened: Sequence[Happened]
    earlier: Place | None
    others: Sequence[Conversation] = ()
    moved: str | None = None


def read_conversation(session: Session, act: Act, uid: uuid.UUID, place: Place = BEGINNING, size: int = PAGE) -> Thread:
    """The newest page of it, or the one that begins at `place`; the read is audited with every message shown. Missing
    outside the scope."""
    journey, template = aliased(Definition, name="journey"), aliased(Definition, name="template")
    row = session.execute(
        select(Conversation, Patient, TaskQueue.name, journey.name, template.name)
        .select_from(Conversation)
        .join(Patient, Patient.id == Conversation.patient_id)
        .outerjoin(TaskQueue, TaskQueue.id == Conversation.queue_id)
        .outerjoin(journey, journey.id == Conversation.journey_id)
        .outerjoin(template, template.id == Conversation.template_id)
        .where(Conversation.uid == uid)
    ).one_or_none()
    if row is None:
        raise Missing("There is no such conversation")
    conversation, patient, queue, journey_name, template_name = row
    page = stretch(session, entries(conversation), order(), place, size)
    happened = [Happened(entry, message, visit) for entry, message, visit in reversed(page.rows)]
    read = [each.message.id for each in happened if each.message is not None]
    audit.note(session, "R", "conversation", [conversation.id], [patient.id])
    audit.note(session, "R", MESSAGE, read, [patient.id], {"what": "opened"})
    return Thread(
        conversation=conversation,
        patient=patient,
        task=task_of(session, conversation),
        queue=queue,
        role=role_of(session, conversation),
        campaign=journey_name or template_name,
        happened=happened,
        earlier=Place(page.rows[-1][0].id) if page.has_next else None,
        others=others_of(session, conversation),
        moved=move.kind if (move := last_move(session, conversation)) is not None else None,
    )


def others_of(session: Session, conversation: Conversation) -> Sequence[Conversation]:
    """Other conversations of the patient that can be merged into it, the newest first."""
    theirs = Conversation.patient_id == conversation.patient_id, Conversation.id != conversation.id
    found = select(Conversation).where(*theirs, Conversation.went_on_in_id.is_(None))
    return session.scalars(found.order_by(Conversation.last_at.desc(), Conversation.id.desc()).limit(MOST_OTHERS)).all()


def entries(conversation: Conversation) -> Any:
    """SELECT what happened with the messages and visits it names."""
    named = and_(ConversationEntry.subject_kind == MESSAGE, Message.id == ConversationEntry.subject_id)
    booked = and_(ConversationEntry.kind == BOOKED, Appointment.id == ConversationEntry.subject_id)
    return (
        select(ConversationEntry, Message, Appointment)
        .select_from(ConversationEntry)
        .outerjoin(Message, named)
        .outerjoin(Appointment, booked)
        .where(ConversationEntry.conversation_id == conversation.id)
    )


def order() -> Order:
    """The newest first, along one index."""
    return Order(ConversationEntry.id, ConversationEntry.at, is_descending=True)
