"""Takes in what a provider says became of a message: late, twice or out of order, what is known never goes back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from journeys.contact.channels.base import Receipt
from journeys.contact.deciding.kept import message_events
from journeys.contact.sending.record import mark_bad_addresses
from journeys.contact.sending.unknown_outcomes import close_tasks
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.contact import Message
from journeys.store.events import emit_from

GOES_ON_FROM = {
    "accepted": ("unknown",),
    "undeliverable": ("sending", "unknown", "accepted"),
    "delivered": ("sending", "unknown", "accepted", "undeliverable"),
}
"""From which statuses each leads on. What arrived has arrived, whatever else is said of it."""

NOT_SENT_YET = ("sending", "unknown")


def take_receipt(session: Session, act: Act, channel: str, receipt: Receipt) -> str:
    """`applied`; `late` when more is known already; `unknown` for a message that is none of this channel's."""
    patient = session.scalar(select(Message.patient_id).where(meant(channel, receipt)))
    if patient is None:
        audit.nothing_happened(session)
        return "unknown"
    lock_lanes(session, [lane_of(patient)])
    message = session.scalars(select(Message).where(meant(channel, receipt)).with_for_update()).one()
    before = message.status
    if before not in GOES_ON_FROM[receipt.status]:
        audit.nothing_happened(session)
        return "late"
    write(act, message, receipt)
    session.flush()
    close_tasks(session, act, [message.id])
    tell(session, act, message, before)
    if receipt.address_is_bad:
        mark_bad_addresses(session, act, [message.id], [message.id])
    audit.note(session, "U", "message", [message.id], [patient], {"receipt": receipt.status})
    return "applied"


def meant(channel: str, receipt: Receipt) -> ColumnElement[bool]:
    """SQL: the message that a receipt is about: by our own uid, else by the provider's reference."""
    by_uid = Message.uid == receipt.uid
    by_reference = Message.provider_reference == receipt.reference
    known_by = by_uid if receipt.uid is not None else by_reference
    is_sent = or_(Message.channel == channel, Message.channel.is_(None))
    return and_(known_by, is_sent, Message.direction == "outbound")


def write(act: Act, message: Message, receipt: Receipt) -> None:
    """Put what is known now into the row."""
    message.status = receipt.status
    message.claim = message.claimed_until = message.not_before = None
    message.reasons = []
    message.error = receipt.error
    message.provider_reference = message.provider_reference or receipt.reference
    message.cost = receipt.cost if receipt.cost is not None else message.cost
    if receipt.status == "undeliverable":
        return
    message.sent_at = message.sent_at or message.counted_at or act.now
    if receipt.status == "delivered":
        message.delivered_at = act.now


def tell(session: Session, act: Act, message: Message, before: str) -> None:
    """The event for whoever waits: it left, where nobody knew so; it never arrived."""
    kind: Any = None
    if message.status == "undeliverable":
        kind = "message.undeliverable"
    elif before in NOT_SENT_YET:
        kind = "message.sent"
    if kind is not None:
        emit_from(session, act, kind, message_events([message.id], Message.channel))
