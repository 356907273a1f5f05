"""Answers a provider that asks what to say about a message of ours; a call asks so when somebody picks up."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.channels.base import Delivery
from journeys.contact.inbound.keep_delivery import door
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.contact import Message

UNDER_WAY = ("sending", "unknown", "accepted", "delivered")


def answer_door(session: Session, act: Act, token: str, delivery: Delivery) -> str:
    """What is answered, empty where nothing is asked; Missing where there is no door. The delivery was found genuine
    before."""
    account, channel = door(session, token)
    uid = channel.asks_about(delivery)
    wanted = select(Message).where(
        Message.uid == uid,
        Message.direction == "outbound",
        Message.account_id == account.id,
        Message.status.in_(UNDER_WAY),
    )
    message = None if uid is None else session.scalar(wanted)
    if message is None:
        audit.nothing_happened(session)
        return ""
    audit.note(session, "R", Message.__tablename__, [message.id], [message.patient_id])
    return channel.answer(delivery, message.body or "", message.language or "en")
