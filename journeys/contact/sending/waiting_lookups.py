"""The messages of a channel that nobody knows about, and about which its provider can be asked by now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.channels.base import Channel, Envelope
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.contact import Message
from journeys.store.people import PatientTelecom

BATCH = 10


@dataclass(frozen=True)
class Lost:
    """A message as it was sent, since when the provider may have it, and the references of others to that number."""

    envelope: Envelope
    since: dt.datetime
    known: frozenset[str] = field(default_factory=frozenset)


def waiting_lookups(session: Session, act: Act, channel: Channel) -> list[Lost]:
    """Up to a batch, the longest waiting first."""
    chosen = (
        select(Message)
        .where(
            Message.status == "unknown",
            Message.channel == channel.name,
            Message.account_id.is_not_distinct_from(None if channel.account is None else channel.account.id),
            Message.not_before <= act.now,
        )
        .order_by(Message.not_before, Message.id)
        .limit(BATCH)
    )
    rows = session.scalars(chosen).all()
    if not rows:
        audit.nothing_happened(session)
        return []
    audit.note(session, "R", "message", [row.id for row in rows], [row.patient_id for row in rows])
    return [lost(session, act, row) for row in rows]


def lost(session: Session, act: Act, row: Message) -> Lost:
    """One message, opened. Numbers are shared: a text that another patient's message said is that one's."""
    since = row.counted_at or row.planned_at
    telecom = session.get(PatientTelecom, row.telecom_id) if row.telecom_id is not None else None
    taken = select(Message.provider_reference).where(
        Message.channel == row.channel,
        Message.provider_reference.is_not(None),
        Message.counted_at >= since - dt.timedelta(days=1),
    )
    envelope = Envelope(
        message_id=row.id,
        uid=row.uid,
        attempt=row.attempt,
        language=row.language or "en",
        address="" if telecom is None else telecom.value,
        subject=row.subject or "",
        body=row.body or "",
        now=act.now,
    )
    return Lost(envelope, since, frozenset(reference for reference in session.scalars(taken) if reference))
