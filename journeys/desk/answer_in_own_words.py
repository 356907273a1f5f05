"""Staff answer in a conversation in words of their own; contact rules say whether and when it goes."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from journeys.contact.sending.send_own_words import OwnWords, send_own_words
from journeys.desk.drafts import draft_of
from journeys.desk.finding import actor, going_on, refuse_other_roles
from journeys.desk.reply_in_conversation import stand_in_thread
from journeys.foundation.acting import Act
from journeys.store.contact import Message
from journeys.store.people import Patient

OWN_WORDS = "own-words"
"""How the thread calls such an answer, where it names the saved reply of another."""


def answer_in_own_words(
    session: Session,
    act: Act,
    uid: uuid.UUID,
    words: OwnWords,
    delivery: uuid.UUID,
    roles: Collection[str] | None = None,
) -> Message:
    """Plan the message and name it in the thread, once for each `delivery`. Invalid where it cannot be sent so, Stale
    where the conversation is closed, Forbidden when it is the work of none of `roles`."""
    conversation = going_on(session, uid)
    refuse_other_roles(session, conversation, roles)
    patient = session.get_one(Patient, conversation.patient_id)
    message = send_own_words(session, act, patient.uid, words, delivery)
    stand_in_thread(session, act, conversation, message, OWN_WORDS)
    begun = draft_of(session, conversation.id, actor(act))
    if begun is not None:
        begun.writing_at = begun.answer = None
    return message
