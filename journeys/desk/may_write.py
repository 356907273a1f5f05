"""What a patient said about being written to where they wrote last: shown before anybody answers."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.consent.consents import consent_state
from journeys.contact.texts.saved_replies import medium_of
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.store.conversations import Conversation

ASKED_ABOUT = ("transactional", "care")
"""For what answers of staff are written."""


@dataclass(frozen=True)
class Said:
    """The medium that the channel of the conversation speaks (none where nothing can be sent there), and what holds on
    it: purpose → permit, deny or None."""

    medium: str
    decisions: dict[str, str | None]


def may_write(session: Session, act: Act, uid: uuid.UUID) -> Said:
    """What holds now. Contact rules judge each message once more when it goes. Missing outside the scope."""
    conversation = session.scalar(select(Conversation).where(Conversation.uid == uid))
    if conversation is None:
        raise Missing("There is no such conversation")
    medium = medium_of(conversation.channel)
    audit.note(session, "R", "consent", [], [conversation.patient_id])
    if not medium:
        return Said("", {})
    return Said(
        medium,
        {
            purpose: consent_state(session, conversation.patient_id, purpose, medium, act.now).decision
            for purpose in ASKED_ABOUT
        },
    )
