"""What those who wait are told: three templates by their names, planned as every message is."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from journeys.contact.deciding.kept import message_events
from journeys.contact.sending.withdraw import QUEUED
from journeys.contact.texts.text_uses import MESSAGE, live_text
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.lanes import lane_of
from journeys.store.contact import Message
from journeys.store.events import emit_from
from journeys.store.waitlist import WaitlistOffer

OFFER_TEXT, BOOKED_TEXT, TAKEN_TEXT = "waitlist-offer", "waitlist-booked", "waitlist-taken"
"""The templates: would you like this time; it is yours; it is not."""

OFFER = str(WaitlistOffer.__tablename__)
OVER = "NO_LONGER_TRUE"
"""The reason why a question is taken back whose time somebody else has."""

AT_ONCE = 95
"""Before what journeys write: a freed time waits for nobody."""


def is_said(session: Session, slug: str = OFFER_TEXT) -> bool:
    """Whether a text is in force, so that anybody can be asked at all."""
    return live_text(session, slug, MESSAGE) is not None


def write(
    session: Session,
    act: Act,
    slug: str,
    patient_id: int,
    about: tuple[str, int],
    uid: uuid.UUID | None = None,
    useful_until: dt.datetime | None = None,
) -> Message | None:
    """Plan a message; contact rules judge it as any other. None where the text is not in force."""
    version = live_text(session, slug, MESSAGE)
    if version is None:
        return None
    more: dict[str, Any] = {} if uid is None else {"uid": uid}
    row = Message(
        patient_id=patient_id,
        lane=lane_of(patient_id),
        purpose=version.content["purpose"],
        template_version_id=version.id,
        channels=list(version.content.get("channels", [])),
        focus_kind=about[0],
        focus_id=about[1],
        planned_at=act.now,
        useful_until=useful_until,
        priority=AT_ONCE,
        **more,
    )
    session.add(row)
    session.flush()
    ring_after_commit(session, "plan")
    return row


def take_back(session: Session, act: Act, offers: Collection[uuid.UUID]) -> None:
    """Hold the questions (by the uids of their offers) that have not left; what is being sent is past taking back."""
    taken = (
        update(Message)
        .where(Message.uid.in_(offers), Message.status.in_(QUEUED))
        .values(status="held", reasons=[OVER], counted_at=None, not_before=None, decided_at=act.now)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    held = list(session.scalars(taken)) if offers else []
    if held:
        emit_from(session, act, "message.held", message_events(held, Message.reasons[1]))


def left(uid: Any) -> Any:
    """SQL: whether the question of an offer has left the house, or may have."""
    gone = ("sending", "accepted", "delivered", "unknown")
    return select(Message.id).where(Message.uid == uid, Message.status.in_(gone)).exists()
