"""Keeps what a provider brings to an account's door, if it is the provider's own; once, however often it comes."""

from __future__ import annotations

import hashlib

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.contact.accounts.channels_in_use import opened_for
from journeys.contact.accounts.door import LINK
from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Channel, Delivery
from journeys.foundation import audit, links
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Missing
from journeys.foundation.ids import new_uid
from journeys.foundation.secrets import seal
from journeys.store.channel_accounts import ChannelAccount
from journeys.store.inbox import InboundDelivery

FORGED = "8"
"""The outcome of FHIR AuditEvent for what was refused."""


def keep_delivery(session: Session, act: Act, token: str, delivery: Delivery) -> bool:
    """Whether it was the provider's own; then it is kept, and applied by a worker. Missing for letters that lead to no
    account."""
    row, channel = door(session, token)
    if not channel.is_genuine(delivery):
        audit.note(session, "E", ChannelAccount.__tablename__, [row.id], outcome=FORGED)
        return False
    uid = new_uid()
    raw = raw_of(delivery)
    values = {
        "uid": uid,
        "source": f"door:{row.slug}",
        "outside_id": hashlib.sha256(raw).hexdigest(),
        "received_at": act.now,
        "account_id": row.id,
        "raw_sealed": seal(raw, InboundDelivery.__tablename__, "raw", uid),
    }
    kept = insert(InboundDelivery).values(values).on_conflict_do_nothing(index_elements=["source", "outside_id"])
    number = session.scalar(kept.returning(InboundDelivery.id))
    if number is None:
        audit.nothing_happened(session)
        return True
    audit.note(session, "C", InboundDelivery.__tablename__, [number])
    ring_after_commit(session, "inbound")
    return True


def door(session: Session, token: str) -> tuple[ChannelAccount, Channel]:
    """The account whose door these letters are, and its channel; one that is closed still hears what became of its
    messages."""
    number = links.number_in(LINK, token)
    row = None if number is None else session.get(ChannelAccount, number)
    if row is None or row.kind not in CHANNELS or not CHANNELS[row.kind].hears:
        raise Missing("There is no such door")
    return row, opened_for(row, [row])


def raw_of(delivery: Delivery) -> bytes:
    """A delivery in one piece: its address, a new line, its body as it came."""
    return delivery.url.encode() + b"\n" + delivery.body


def delivery_in(raw: bytes) -> Delivery:
    """The delivery that is kept so."""
    url, _, body = raw.partition(b"\n")
    return Delivery(url.decode(), body=body)
