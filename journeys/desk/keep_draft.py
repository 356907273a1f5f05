"""Somebody is writing in a conversation: what they have begun is kept, and colleagues see that they write."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from journeys.desk.drafts import draft_of
from journeys.desk.finding import actor, the_conversation
from journeys.desk.note_conversation import LONGEST
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.conversations import ConversationDraft


def keep_draft(session: Session, act: Act, uid: uuid.UUID, note: str = "", answer: str = "") -> None:
    """Keep what is for colleagues and for the patient, sealed, cut where a note would end; one each for everybody.
    Missing outside the scope."""
    conversation = the_conversation(session, uid)
    draft = draft_of(session, conversation.id, actor(act))
    if draft is None:
        about = {"conversation_id": conversation.id, "patient_id": conversation.patient_id}
        draft = ConversationDraft(**about, username=actor(act))
        session.add(draft)
    draft.note = note[:LONGEST] or None
    draft.answer = answer[:LONGEST] or None
    draft.writing_at = act.now
    session.flush()
    audit.note(session, "U", ConversationDraft.__tablename__, [draft.id], [conversation.patient_id])
