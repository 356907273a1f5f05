"""Records what became of a test message."""

from __future__ import annotations

import uuid

from sqlalchemy import update
from sqlalchemy.orm import Session

from journeys.contact.channels.base import Outcome
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.channel_accounts import ChannelState

SEALED = ("trial_to_sealed", "trial_subject_sealed", "trial_body_sealed", "trial_html_sealed")


def record_test(session: Session, act: Act, trial: uuid.UUID, outcome: Outcome) -> None:
    """Keep it with the channel, and forget what it said and to whom; nothing when another test was asked for
    meanwhile."""
    error = None if outcome.result == "accepted" else outcome.error or outcome.result
    values = {"trial_ended_at": act.now, "trial_error": error, **dict.fromkeys(SEALED)}
    session.execute(update(ChannelState).where(ChannelState.trial == trial).values(values))
    audit.note(session, "E", ChannelState.__tablename__, detail={"error": error})
