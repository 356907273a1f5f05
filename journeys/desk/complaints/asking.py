"""Asks the patient by message whether a complaint is settled; contact rules judge it as any other."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.texts.text_uses import MESSAGE, live_text
from journeys.desk.entries import add_entry
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.lanes import lane_of
from journeys.store.complaints import Complaint
from journeys.store.contact import Message
from journeys.store.conversations import SENT, Conversation

TEXT = "complaint-settled"
SOON = 90


def ask_patient(session: Session, act: Act, complaint: Complaint) -> uuid.UUID | None:
    """Plan the question, in the complaint's conversation where it has one; its uid, None where no text is in force."""
    version = live_text(session, TEXT, MESSAGE)
    if version is None:
        return None
    message = Message(
        uid=uuid.uuid4(),
        patient_id=complaint.patient_id,
        lane=lane_of(complaint.patient_id),
        purpose=version.content["purpose"],
        template_version_id=version.id,
        channels=list(version.content.get("channels", [])),
        focus_kind=Complaint.__tablename__,
        focus_id=complaint.id,
        planned_at=act.now,
        priority=SOON,
        withheld=complaint.withheld,
    )
    session.add(message)
    session.flush()
    talk = select(Conversation).where(Conversation.id == complaint.conversation_id)
    conversation = session.scalar(talk) if complaint.conversation_id is not None else None
    if conversation is not None:
        add_entry(session, act, conversation, SENT, code=TEXT, message_id=message.id)
    ring_after_commit(session, "plan")
    return message.uid


def has_left(session: Session, complaint: Complaint) -> bool:
    """Whether the question went to the patient."""
    gone = select(Message.id).where(Message.uid == complaint.asked_uid, Message.status.in_(("accepted", "delivered")))
    return session.scalar(gone) is not None
