"""A call is written down: who called whom, whether they spoke, and what about."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from journeys.desk.entries import add_entry
from journeys.desk.finding import the_conversation
from journeys.desk.note_conversation import LONGEST
from journeys.desk.outcomes import CALLS, SPOKEN
from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem, refuse_errors
from journeys.foundation.words import N_
from journeys.store.conversations import CALLED, ConversationEntry


def log_call(session: Session, act: Act, uid: uuid.UUID, call: str, text: str = "") -> ConversationEntry:
    """Keep it in the conversation; a call in which they spoke is an answer, the first of which is measured."""
    problems = []
    if call not in CALLS:
        problems.append(Problem("call", N_("Choose what the call was")))
    if len(text) > LONGEST:
        problems.append(Problem("note", N_("At most %(most)s characters"), {"most": LONGEST}))
    refuse_errors(problems)
    conversation = the_conversation(session, uid)
    if call in SPOKEN:
        conversation.answered_at = conversation.answered_at or act.now
    return add_entry(session, act, conversation, CALLED, code=call, note=text.strip())
