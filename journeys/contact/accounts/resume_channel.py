"""Somebody lets a channel go on, or all of them; what waited is judged again before it leaves."""

from __future__ import annotations

from sqlalchemy import and_, any_, update
from sqlalchemy.orm import Session

from journeys.contact.deciding.reasons import KILL_SWITCH
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.store.channel_accounts import ChannelState
from journeys.store.contact import Message


def resume_channel(session: Session, act: Act, channel: str) -> None:
    """Let the channel of this short name go on, `*` for all; one that was left alone after failures is tried at
    once."""
    going_on = {"stopped_at": None, "stopped_by": None, "open_until": None, "failures": 0}
    session.execute(update(ChannelState).where(ChannelState.channel == channel).values(going_on))
    waited = and_(Message.status == "planned", any_(Message.reasons) == KILL_SWITCH)
    session.execute(update(Message).where(waited).values(not_before=None).execution_options(synchronize_session=False))
    ring_after_commit(session, "plan")
    ring_after_commit(session, "deliver")
    audit.note(session, "U", ChannelState.__tablename__, detail={"channel": channel, "stopped": False})
