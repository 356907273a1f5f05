"""Conversations that rested until now come back: it is the clinic's turn again."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.conversations import BACK, OPEN, Conversation, ConversationEntry

MOST = 1_000


def bring_back(session: Session, act: Act, limit: int = MOST) -> int:
    """Open those whose time has come, the longest due first; how many. What somebody changes now comes next time."""
    due = (
        select(Conversation.id)
        .where(Conversation.returns_at <= act.now)
        .order_by(Conversation.returns_at, Conversation.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    opened = {
        "status": OPEN,
        "due_at": Conversation.returns_at,
        "returns_at": None,
        "row_version": Conversation.row_version + 1,
    }
    coming = update(Conversation).where(Conversation.id.in_(due)).values(opened)
    back = session.execute(
        coming.returning(Conversation.id, Conversation.patient_id).execution_options(synchronize_session=False)
    ).all()
    for row in sorted(back):
        about = {"conversation_id": row.id, "patient_id": row.patient_id}
        session.add(ConversationEntry(**about, at=act.now, by=act.by, kind=BACK))
    if not back:
        audit.nothing_happened(session)
        return 0
    session.flush()
    ids, patients = [row.id for row in back], [row.patient_id for row in back]
    audit.note(session, "U", Conversation.__tablename__, ids, patients, {"what": BACK})
    return len(back)
