"""Staff answer in a conversation with a saved reply; contact rules say whether and when it goes."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.sending.send_reply import send_reply
from journeys.desk.entries import add_entry
from journeys.desk.finding import going_on, refuse_other_roles
from journeys.desk.reasons.clocks import answer_given
from journeys.desk.to_do import MESSAGE
from journeys.foundation.acting import Act
from journeys.store.contact import Message
from journeys.store.conversations import SENT, Conversation, ConversationEntry
from journeys.store.people import Patient


def reply_in_conversation(
    session: Session,
    act: Act,
    uid: uuid.UUID,
    slug: str,
    version_id: int,
    delivery: uuid.UUID,
    roles: Collection[str] | None = None,
) -> Message:
    """Plan the message and name it in the thread, once for each `delivery`. Stale where the conversation is closed, or
    the saved reply is another than the one that was looked at; Forbidden when it is the work of none of `roles`."""
    conversation = going_on(session, uid)
    refuse_other_roles(session, conversation, roles)
    patient = session.get_one(Patient, conversation.patient_id)
    message = send_reply(session, act, patient.uid, slug, version_id, delivery)
    stand_in_thread(session, act, conversation, message, slug)
    return message


def stand_in_thread(session: Session, act: Act, conversation: Conversation, message: Message, code: str) -> None:
    """Name an answer in its conversation, once; with it the patient is answered."""
    stands = select(ConversationEntry.id).where(
        ConversationEntry.subject_kind == MESSAGE, ConversationEntry.subject_id == message.id
    )
    if session.scalar(stands) is None:
        answer_given(session, conversation, act.now)
        add_entry(session, act, conversation, SENT, code=code, message_id=message.id)
