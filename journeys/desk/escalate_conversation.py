"""Somebody asks colleagues of another role about a conversation, which stays theirs, with its clock."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from journeys.contact.sending.unknown_outcomes import about_tasks
from journeys.desk.entries import add_entry
from journeys.desk.finding import going_on, refuse_other_roles
from journeys.desk.helping import CONVERSATION
from journeys.desk.note_conversation import refuse_length
from journeys.desk.reasons.routing import after, calendar_of, queue_of_role
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.conversations import ESCALATED, Conversation, ConversationEntry
from journeys.store.events import emit_from
from journeys.store.tasks import Task, TaskQueue

TITLE = {"en": "Help a colleague with a conversation", "es": "Ayudar a un colega con una conversación"}
INSTRUCTIONS = {
    "en": "Read the conversation in the inbox. What you write here as you end this stands in it, for your colleague.",
    "es": "Lea la conversación en la bandeja. Lo que escriba aquí al terminar queda en ella, para su colega.",
}
OUTCOMES = [
    {"code": "helped", "name": {"en": "Answered", "es": "Respondida"}},
    {"code": "cannot", "name": {"en": "We cannot say", "es": "No podemos decirlo"}},
]
MOST_MINUTES = 60 * 24 * 30


def escalate_conversation(
    session: Session,
    act: Act,
    uid: uuid.UUID,
    role: str,
    text: str,
    minutes: int,
    row_version: int | None = None,
    roles: Collection[str] | None = None,
) -> ConversationEntry:
    """Ask the queue of a role, to be answered within so many minutes of its working time. The question is sealed and
    stands in the thread; so does the answer. Forbidden when the conversation is the work of none of `roles`."""
    written = text.strip()
    refuse_length(written)
    if not 1 <= minutes <= MOST_MINUTES:
        says = N_("Give a number from %(least)s to %(most)s")
        raise Invalid([Problem("minutes", says, {"least": 1, "most": MOST_MINUTES})])
    conversation = going_on(session, uid, row_version)
    refuse_other_roles(session, conversation, roles)
    queue = queue_of_role(session, conversation.location_id, role)
    if queue is None:
        raise Invalid([Problem("role", N_("Nobody of that role has a queue here"))])
    due_at = after(session, calendar_of(session, conversation, queue), act.now, minutes)
    task = ask(session, act, conversation, queue, due_at)
    entry = add_entry(session, act, conversation, ESCALATED, code=role, note=written)
    entry.subject_kind, entry.subject_id = Task.__tablename__, task.id
    session.flush()
    return entry


def ask(session: Session, act: Act, conversation: Conversation, queue: TaskQueue, due_at: dt.datetime | None) -> Task:
    """The task of whoever is asked."""
    task = Task(
        patient_id=conversation.patient_id,
        queue_id=queue.id,
        location_id=conversation.location_id,
        focus_kind=CONVERSATION,
        focus_id=conversation.id,
        title=TITLE,
        instructions=INSTRUCTIONS,
        outcomes=OUTCOMES,
        priority="asap",
        created_at=act.now,
        due_at=due_at,
    )
    session.add(task)
    session.flush()
    emit_from(session, act, "task.created", about_tasks([task.id]))
    audit.note(session, "C", Task.__tablename__, [task.id], [conversation.patient_id], {"about": CONVERSATION})
    return task
