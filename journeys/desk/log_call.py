"""A call is written down: who called whom, whether they spoke, and what about."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from journeys.desk.entries import add_entry
from journeys.desk.finding import refuse_other_roles, the_conversation
from journeys.desk.note_conversation import LONGEST
from journeys.desk.outcomes import CALLS, SPOKEN
from journeys.desk.reasons.clocks import answer_given
from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem, refuse_errors
from journeys.foundation.words import N_
from journeys.store.conversations import CALLED, ConversationEntry


def log_call(
    session: Session, act: Act, uid: uuid.UUID, call: str, text: str = "", roles: Collection[str] | None = None
) -> ConversationEntry:
    """Keep it in the conversation; a call in which they spoke is an answer, the first of which is measured. Forbidden
    when it is the work of none of `roles`."""
    problems = []
    if call not in CALLS:
        problems.append(Problem("call", N_("Choose what the call was")))
    if len(text) > LONGEST:
        problems.append(Problem("note", N_("At most %(most)s characters"), {"most": LONGEST}))
    refuse_errors(problems)
    conversation = the_conversation(session, uid)
    refuse_other_roles(session, conversation, roles)
    if call in SPOKEN:
        answer_given(session, conversation, act.now)
    return add_entry(session, act, conversation, CALLED, code=call, note=text.strip())
