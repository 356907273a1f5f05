"""Every message that arrives becomes part of a conversation: that of what it answers, an open one, or a new one.

What was settled by itself is shown there and opens nothing. What asks for a person opens the conversation again,
however long ago it was closed, and names the most pressing of what it asks for (`to_do`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlalchemy.orm import Session, aliased

from journeys.desk.reasons.clocks import begin_clocks, go_by_reason
from journeys.desk.reasons.guide import guess
from journeys.desk.reasons.reason import reasons_in_force
from journeys.desk.to_do import MESSAGE, add_task
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.configuration import DefinitionVersion
from journeys.store.contact import Message
from journeys.store.conversations import ARRIVED, CLOSED, OPEN, SENT, SORTED, Conversation, ConversationEntry
from journeys.store.enrolments import Enrolment
from journeys.store.people import Patient
from journeys.store.tasks import OPEN_STATUSES, Task

SETTLED, BY_ITSELF = "settled", "waymark"

Answered = aliased(Message, name="answered")
Matter = tuple[int, str | None, int | None, int | None]


def take_messages(session: Session, act: Act, events: Select[Any]) -> None:
    """Put the messages that these events are about into conversations. The lanes of their patients are locked."""
    arrivals = session.execute(arrived(events)).all()
    if not arrivals:
        return
    known = {row.conversation_id for row in arrivals if row.conversation_id is not None}
    chosen = select(Conversation).where(Conversation.id.in_(known)).order_by(Conversation.id).with_for_update()
    found = {row.id: row for row in session.scalars(chosen)}
    begun: dict[Matter, Conversation] = {}
    placed = []
    for row in arrivals:
        conversation = found.get(row.conversation_id) or begun.get(matter_of(row))
        if conversation is None:
            conversation = begun[matter_of(row)] = begin(row)
            session.add(conversation)
        placed.append((row, conversation))
    session.flush()
    for row, conversation in placed:
        session.add_all(entries_of(act, row, conversation))
        bring_up_to_date(session, act, row, conversation)
    session.flush()
    ids = sorted({conversation.id for _, conversation in placed})
    audit.note(session, "U", Conversation.__tablename__, ids, sorted({row.patient_id for row in arrivals}))


def arrived(events: Select[Any]) -> Select[Any]:
    """SELECT what is known of each message that arrived and stands in no conversation yet, in the order of arrival."""
    happened = events.subquery("happened")
    of_it = aliased(ConversationEntry, name="of_it")
    version = aliased(DefinitionVersion, name="version")
    answers = and_(Answered.id == Message.in_response_to_id, Answered.patient_id == Message.patient_id)
    known = conversation_of().lateral("known")
    return (
        select(
            Message.id,
            Message.patient_id,
            Message.planned_at,
            Message.channel,
            happened.c.code.label("asked"),
            Answered.id.label("answered_id"),
            func.coalesce(Answered.sent_at, Answered.planned_at).label("answered_sent_at"),
            Answered.focus_kind,
            Answered.focus_id,
            Enrolment.definition_id.label("journey_id"),
            version.definition_id.label("template_id"),
            known.c.id.label("conversation_id"),
            known.c.has_answered,
            Patient.language,
            Patient.managing_location_id.label("location_id"),
            Task.id.label("task_id"),
        )
        .join(happened, happened.c.subject_id == Message.id)
        .join(Patient, Patient.id == Message.patient_id)
        .outerjoin(Answered, answers)
        .outerjoin(Enrolment, Enrolment.id == Answered.enrolment_id)
        .outerjoin(version, version.id == Answered.template_version_id)
        .outerjoin(known, true())
        .outerjoin(of_it, and_(of_it.subject_kind == MESSAGE, of_it.subject_id == Message.id))
        .outerjoin(Task, is_asked())
        .where(of_it.id.is_(None))
        .order_by(Message.planned_at, Message.id)
    )


def is_asked() -> ColumnElement[bool]:
    """SQL: which task asks staff about a message."""
    about = and_(Task.focus_kind == MESSAGE, Task.focus_id == Message.id, Task.patient_id == Message.patient_id)
    return and_(about, Task.enrolment_id.is_(None), Task.status.in_(OPEN_STATUSES))


def conversation_of() -> Select[int, bool]:
    """SELECT the conversation that a message belongs to: that of the message it answers, else the newest that is not
    closed and is about the same record, or about none and from the same campaign."""
    asked_in = aliased(ConversationEntry, name="asked_in")
    is_of_answered = asked_in.id.is_not(None)
    same_record = and_(Conversation.focus_kind == Answered.focus_kind, Conversation.focus_id == Answered.focus_id)
    about_none = and_(Conversation.focus_id.is_(None), Answered.focus_id.is_(None))
    same_campaign = Conversation.journey_id.is_not_distinct_from(Enrolment.definition_id)
    is_same = and_(Conversation.status != CLOSED, same_record | and_(about_none, same_campaign))
    return (
        select(Conversation.id, is_of_answered.label("has_answered"))
        .outerjoin(
            asked_in,
            and_(
                asked_in.conversation_id == Conversation.id,
                asked_in.subject_kind == MESSAGE,
                asked_in.subject_id == Answered.id,
            ),
        )
        .where(Conversation.patient_id == Message.patient_id, is_of_answered | is_same)
        .order_by(is_of_answered.desc(), Conversation.id.desc())
        .limit(1)
        .correlate(Message, Answered, Enrolment)
    )


def matter_of(row: Any) -> Matter:
    """What two messages have in common that belong to one conversation."""
    return row.patient_id, row.focus_kind, row.focus_id, None if row.focus_id else row.journey_id


def begin(row: Any) -> Conversation:
    """A conversation that nobody has anything to do in yet."""
    return Conversation(
        patient_id=row.patient_id,
        status=CLOSED,
        outcome=SETTLED,
        closed_at=row.planned_at,
        closed_by=BY_ITSELF,
        location_id=row.location_id,
        language=row.language,
        focus_kind=row.focus_kind,
        focus_id=row.focus_id,
        journey_id=row.journey_id,
        template_id=row.template_id,
        opened_at=row.answered_sent_at or row.planned_at,
        last_at=row.planned_at,
    )


def entries_of(act: Act, row: Any, conversation: Conversation) -> Sequence[ConversationEntry]:
    """What arrived, and before it the message that it answers where that stands in no conversation yet."""
    common = {"conversation_id": conversation.id, "patient_id": row.patient_id, "subject_kind": MESSAGE}
    came = ConversationEntry(**common, at=row.planned_at, by=act.by, kind=ARRIVED, code=row.asked, subject_id=row.id)
    if row.answered_id is None or row.has_answered:
        return [came]
    sent = ConversationEntry(**common, at=row.answered_sent_at, by=BY_ITSELF, kind=SENT, subject_id=row.answered_id)
    return [sent, came]


def bring_up_to_date(session: Session, act: Act, row: Any, conversation: Conversation) -> None:
    """What the conversation is by this message; it is the clinic's turn where somebody is asked something."""
    conversation.last_at = max(conversation.last_at, row.planned_at)
    conversation.channel = row.channel
    if row.asked is None:
        return
    if conversation.status == CLOSED and conversation.outcome != SETTLED:
        conversation.reopened += 1
    begin_clocks(conversation, row.planned_at, is_new_case=conversation.status == CLOSED)
    conversation.status = OPEN
    conversation.outcome = conversation.closed_at = conversation.closed_by = conversation.returns_at = None
    add_task(session, act, conversation, row.task_id)
    if conversation.reason is None:
        guess_reason(session, act, row, conversation)
    go_by_reason(session, conversation)


def guess_reason(session: Session, act: Act, row: Any, conversation: Conversation) -> None:
    """What the message is probably about, where its words or what is asked say so; whoever reads it may differ."""
    reasons = reasons_in_force(session)
    found = guess(reasons, row.asked, session.get_one(Message, row.id).body or "") if reasons else None
    if found is None:
        return
    conversation.reason = found.slug
    about = {"conversation_id": conversation.id, "patient_id": row.patient_id, "code": found.slug}
    session.add(ConversationEntry(**about, at=act.now, by=BY_ITSELF, kind=SORTED))
