"""Replies that name the message they answer; also from addresses that we do not know.

Whoever names a message got it, or was given it: a stranger's "stop" holds for its patient, an emergency reaches a
person, and nothing that they say is an answer.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.replies import intents, keywords
from journeys.contact.replies.understand import OTHER, UNSURE, Understood
from journeys.store.contact import Message

STRANGER = "stranger"
"""What a reply was understood by that names our message and comes from an address that is not the patient's."""


def patient_of(session: Session, named: uuid.UUID | None) -> list[int]:
    """Whose message a reply names; nobody where it names none."""
    if named is None:
        return []
    whose = select(Message.patient_id).where(Message.uid == named, Message.direction == "outbound")
    return list(session.scalars(whose))


def first_named(sent: Sequence[Any], named: uuid.UUID | None) -> Sequence[Any]:
    """The messages with the one that is named first."""
    return sorted(sent, key=lambda each: each.uid != named)


def by_a_stranger(meaning: Understood) -> Understood:
    """What a stranger's reply means: as little as it can."""
    if meaning.outcome == keywords.STOP or meaning.intent == intents.EMERGENCY:
        return replace(meaning, by=STRANGER)
    return Understood(OTHER, STRANGER, intent=meaning.intent or intents.FREE_TEXT, confidence=UNSURE)
