"""Reads a kept delivery; what cannot be read is set aside with its reason."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Reading
from journeys.contact.inbound.keep_delivery import delivery_in
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.secrets import unseal_bytes
from journeys.store.channel_accounts import ChannelAccount
from journeys.store.inbox import InboundDelivery

MOST_ATTEMPTS = 5
UNREADABLE = "cannot be read"


def read_delivery(session: Session, act: Act, number: int) -> tuple[str, Reading] | None:
    """The kind of channel and what the delivery brings; None when there is nothing to apply. Each reading counts as an
    attempt: what cannot be applied after several is set aside."""
    row = session.get(InboundDelivery, number, with_for_update={"skip_locked": True})
    if row is None or row.status != "received":
        audit.nothing_happened(session)
        return None
    kind = session.get_one(ChannelAccount, row.account_id).kind
    row.attempts += 1
    reading = None
    if row.attempts > MOST_ATTEMPTS:
        row.status, row.error = "quarantined", row.error or "cannot be applied"
    else:
        raw = unseal_bytes(row.raw_sealed, InboundDelivery.__tablename__, "raw", row.uid)
        try:
            reading = CHANNELS[kind].read(delivery_in(raw))
        except Exception:  # strangers choose these bytes, and a parser may fail on them in any way
            row.status, row.error = "quarantined", UNREADABLE
    audit.note(session, "U", InboundDelivery.__tablename__, [number], detail={"status": row.status})
    return None if reading is None else (kind, reading)
