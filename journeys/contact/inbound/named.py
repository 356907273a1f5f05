"""Replies that name the message they answer; also from addresses that we do not know.

Whoever names a message got it, or was given it: a stranger's "stop" holds for its patient, an emergency reaches a
person, and nothing that they say is an answer.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.caregivers.heard import Writer
from journeys.contact.replies import intents, keywords
from journeys.contact.replies.understand import OTHER, UNSURE, Understood
from journeys.store.contact import Message

SEVERAL = "several"
"""What a reply was understood by when it may answer more than one person's message: nothing."""

STRANGER = "stranger"
"""What a reply was understood by that names our message and comes from an address that is not the patient's."""


def patient_of(session: Session, named: uuid.UUID | None) -> list[int]:
    """Whose message a reply names; nobody where it names none, or one to somebody beside its patient."""
    if named is None:
        return []
    whose = select(Message.patient_id).where(
        Message.uid == named, Message.direction == "outbound", Message.recipient_id.is_(None)
    )
    return list(session.scalars(whose))


def is_for_somebody_beside(session: Session, named: uuid.UUID | None) -> bool:
    """Whether the message that a reply names went to somebody beside its patient, so that no patient answers it."""
    if named is None:
        return False
    theirs = select(Message.id).where(Message.uid == named, Message.recipient_id.is_not(None))
    return session.scalar(theirs) is not None


def were_written_to(session: Session, writers: Sequence[Writer], since: dt.datetime) -> bool:
    """Whether those beside a patient who have the number too were sent anything that they could answer: then nobody
    knows which of the messages a reply is to."""
    if not writers:
        return False
    people = [each.person_id for each in writers]
    lately = select(Message.id).where(Message.recipient_id.in_(people), Message.sent_at > since)
    return session.scalar(lately.limit(1)) is not None


def by_one_of_several(meaning: Understood) -> Understood:
    """What a reply means that may be to a message of somebody else: what the law asks for holds, an answer is none."""
    if meaning.by != "answer" and meaning.outcome != OTHER:
        return meaning
    return Understood(OTHER, SEVERAL, intent=meaning.intent or intents.FREE_TEXT, confidence=UNSURE)


def first_named(sent: Sequence[Any], named: uuid.UUID | None) -> Sequence[Any]:
    """The messages with the one that is named first."""
    return sorted(sent, key=lambda each: each.uid != named)


def by_a_stranger(meaning: Understood) -> Understood:
    """What a stranger's reply means: as little as it can."""
    if meaning.outcome == keywords.STOP or meaning.intent == intents.EMERGENCY:
        return replace(meaning, by=STRANGER)
    return Understood(OTHER, STRANGER, intent=meaning.intent or intents.FREE_TEXT, confidence=UNSURE)
