"""For how long a case stood still because the patient was waited for: that is not our time, up to the queue's limit."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, func, literal, select
from sqlalchemy.orm import Session

from journeys.desk.service_levels.marking import marked
from journeys.store.conversations import Conversation
from journeys.store.tasks import TaskQueue
from journeys.work.service_time import counted_seconds, paused_for


def paused_seconds(session: Session, conversation: Conversation, calendar: int | None, since: dt.datetime) -> int:
    """Seconds that count by the calendar, of all waiting that began since then and is over; what goes on is added when
    it ends. Nothing without a queue, which says the limit."""
    session.flush()
    entry = marked(select(literal(conversation.id, BigInteger))).c
    length = counted_seconds(literal(calendar, BigInteger), entry.at, entry.waits_until)
    waited = select(func.sum(length)).where(entry.waits, entry.at >= since, entry.waits_until.is_not(None))
    limit = select(TaskQueue.pause_minutes * 60).where(TaskQueue.id == conversation.queue_id)
    return int(session.scalar(select(paused_for(waited.scalar_subquery(), limit.scalar_subquery()))) or 0)
