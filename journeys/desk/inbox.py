"""The inbox: conversations by whose they are and whose turn it is, the most urgent first, a page at a time."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import BigInteger, Select, and_, any_, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased

from journeys.desk.finding import actor
from journeys.desk.mentions import waiting_for
from journeys.desk.to_do import AT_ONCE
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.database import PREPARED
from journeys.foundation.tables import Texts
from journeys.store.contact import Message
from journeys.store.conversations import (
    ARRIVED,
    CLOSED,
    OPEN,
    SNOOZED,
    WAITING,
    Conversation,
    ConversationEntry,
    ConversationMention,
)
from journeys.store.lists.keyset import BEGINNING, Order, Place, Stretch, stretch
from journeys.store.people import Patient
from journeys.store.tasks import Task, TaskQueue

Box = Literal["mine", "nobodys", "everyone", "asked", "resting", "closed"]


@dataclass(frozen=True)
class Line:
    """One conversation in the list: who with, on what channel, whose, what is next and by when, and what the patient
    wrote last, which never shows in a `repr`."""

    id: int
    uid: uuid.UUID
    patient_uid: uuid.UUID
    name: str = field(repr=False)
    status: str
    outcome: str | None
    owner: str | None
    channel: str | None
    queue: Texts | None
    next_step: Texts | None
    due_at: dt.datetime | None
    returns_at: dt.datetime | None
    last_at: dt.datetime
    reopened: int
    reason: str | None
    priority: str
    replied_at: dt.datetime | None
    answer_due_at: dt.datetime | None
    said: str = field(repr=False)


@dataclass(frozen=True)
class Inbox:
    """One page, and whether there are others before and after it."""

    lines: Sequence[Line]
    has_previous: bool
    has_next: bool
    is_lost: bool


def inbox(
    session: Session,
    act: Act,
    box: Box = "mine",
    place: Place = BEGINNING,
    size: int = 25,
    roles: Collection[str] | None = None,
) -> Inbox:
    """The page of a box that begins at `place`, in the act's scope; the audit keeps what was shown.

    Open ones go by when they are due, cries for help before all others; resting ones by when they come back, closed
    ones the newest first. Of what nobody has yet only the work of these `roles` is there, and what is everybody's.
    """
    wanted = in_box(act, box)
    if box == "nobodys" and roles is not None:
        others = select(TaskQueue.id).where(TaskQueue.role_code.not_in(roles))
        if elsewhere := session.scalars(others.order_by(TaskQueue.id)).all():
            is_cry = Conversation.priority == AT_ONCE
            wanted.append(Conversation.queue_id.is_(None) | Conversation.queue_id.not_in(elsewhere) | is_cry)
    asked = conversations().where(*wanted).execution_options(**PREPARED)
    page: Stretch = stretch(session, asked, order_of(box), place, size)
    said = last_words(session, [row.Conversation.id for row in page.rows])
    lines = [line_of(row, said.get(row.Conversation.id, "")) for row in page.rows]
    audit.note(session, "R", "conversation", [each.id for each in lines], [row.Patient.id for row in page.rows])
    return Inbox(lines, page.has_previous, page.has_next, page.is_lost)


def conversations() -> Select:
    """SELECT every conversation with its patient, its queue and what is to be done about it."""
    return (
        select(Conversation, Patient, TaskQueue.name.label("queue"), Task.title)
        .select_from(Conversation)
        .join(Patient, Patient.id == Conversation.patient_id)
        .outerjoin(TaskQueue, TaskQueue.id == Conversation.queue_id)
        .outerjoin(Task, and_(Task.id == Conversation.task_id, Conversation.status != CLOSED))
    )


def in_box(act: Act, box: Box) -> list[Any]:
    """Which conversations lie in a box."""
    if box == "resting":
        return [Conversation.returns_at.is_not(None), Conversation.status.in_((WAITING, SNOOZED))]
    if box == "closed":
        return [Conversation.status == CLOSED]
    if box == "asked":
        return [Conversation.id.in_(select(ConversationMention.conversation_id).where(*waiting_for(act)))]
    if box == "mine":
        return [Conversation.status == OPEN, Conversation.owner == actor(act)]
    if box == "nobodys":
        return [Conversation.status == OPEN, Conversation.owner.is_(None)]
    return [Conversation.status == OPEN]


def order_of(box: Box) -> Order:
    """What a box is sorted by; open conversations have cries for help first (`stands_at`)."""
    if box == "asked":
        return Order(Conversation.id, is_descending=True)
    if box == "closed":
        return Order(Conversation.id, Conversation.closed_at, is_descending=True)
    return Order(Conversation.id, Conversation.returns_at if box == "resting" else Conversation.stands_at)


def last_words(session: Session, conversations: Sequence[int]) -> dict[int, str]:
    """What the patient wrote last in each of these."""
    entry = aliased(ConversationEntry, name="entry")
    newest = (
        select(entry.subject_id)
        .where(entry.conversation_id == Conversation.id, entry.kind == ARRIVED)
        .order_by(entry.at.desc(), entry.id.desc())
        .limit(1)
        .lateral("newest")
    )
    found = session.execute(
        select(Conversation.id, Message)
        .select_from(Conversation)
        .join(newest, true())
        .join(Message, Message.id == newest.c.subject_id)
        .where(Conversation.id == any_(literal(list(conversations), ARRAY(BigInteger))))
        .execution_options(**PREPARED)
    )
    return {number: message.body or "" for number, message in found}


def line_of(row: Any, said: str) -> Line:
    """One row as the list has it."""
    conversation, patient = row.Conversation, row.Patient
    return Line(
        id=conversation.id,
        uid=conversation.uid,
        patient_uid=patient.uid,
        name=patient.name or "",
        status=conversation.status,
        outcome=conversation.outcome,
        owner=conversation.owner,
        channel=conversation.channel,
        queue=row.queue,
        next_step=row.title,
        due_at=conversation.due_at,
        returns_at=conversation.returns_at,
        last_at=conversation.last_at,
        reopened=conversation.reopened,
        reason=conversation.reason,
        priority=conversation.priority,
        replied_at=conversation.replied_at,
        answer_due_at=conversation.answer_due_at,
        said=said,
    )
