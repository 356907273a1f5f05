"""A mailbox cannot be heard: administrators see since when, and what failed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.contact.mail.keep_mail import state_of
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.channel_accounts import ChannelState


def fail_hearing(session: Session, act: Act, channel: str, error: str) -> None:
    """`error` is a technical word; when it failed first stays until it is heard again."""
    state = state_of(session, channel)
    state.hearing_since = None
    state.hearing_error = error
    state.hearing_failed_at = state.hearing_failed_at or act.now
    session.flush()
    audit.note(session, "U", ChannelState.__tablename__, detail={"channel": channel, "hearing": False})
