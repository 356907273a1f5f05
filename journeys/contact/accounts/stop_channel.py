"""Somebody stops a channel, or all of them: nothing more leaves from the commit on; what is due waits."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.ids import new_uid
from journeys.store.channel_accounts import ChannelState


def stop_channel(session: Session, act: Act, channel: str) -> None:
    """Stop the channel of this short name, `*` for all. Stopping it again changes nothing."""
    stopped = {"stopped_at": act.now, "stopped_by": act.by}
    statement = insert(ChannelState).values(uid=new_uid(), channel=channel, **stopped)
    unless_stopped = ChannelState.stopped_at.is_(None)
    session.execute(statement.on_conflict_do_update(index_elements=["channel"], set_=stopped, where=unless_stopped))
    audit.note(session, "U", ChannelState.__tablename__, detail={"channel": channel, "stopped": True})
