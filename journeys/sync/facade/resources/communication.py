"""Communication: messages that left the house, without what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select

from journeys.foundation.acting import Act
from journeys.store.contact import Message
from journeys.sync.facade.resources.base import (
    Kind,
    Resource,
    coded,
    moment,
    newest,
    ours,
    reference,
    without_nothing,
)

STATUSES: dict[str, tuple[str, ...]] = {
    "in-progress": ("sending",),
    "completed": ("accepted", "delivered"),
    "not-done": ("undeliverable", "not-done"),
    "unknown": ("unknown",),
}
"""FHIR's word → ours. What is planned is no communication yet."""

WORDS = {status: word for word, statuses in STATUSES.items() for status in statuses}
PURPOSE = "https://waymark.health/fhir/message-purpose"
CHANNEL = "https://waymark.health/fhir/channel"


class CommunicationKind(Kind):
    """That something was sent, on what, about what, and whether it came."""

    type = "Communication"
    table = Message
    searches = ("patient", "status", "_lastUpdated")
    statuses = tuple(STATUSES)

    @classmethod
    def select(cls, act: Act) -> Select[Any]:
        """What we sent, or meant to."""
        return super().select(act).where(Message.direction == "outbound", Message.status.in_(WORDS))

    @classmethod
    def changed(cls) -> ColumnElement[Any]:
        """The latest of its times."""
        return newest(Message.decided_at, Message.planned_at, Message.sent_at, Message.delivered_at)

    @classmethod
    def has_status(cls, wanted: Sequence[str], act: Act) -> ColumnElement[bool]:
        """By our words for them."""
        return Message.status.in_([status for word in wanted for status in STATUSES.get(word, ())])

    @classmethod
    def build(cls, row: Any, more: Mapping[str, Any], act: Act) -> Resource:
        """One message."""
        found, patient = row
        to = reference("Patient", patient)
        return without_nothing(
            {
                "identifier": ours(found.uid),
                "status": WORDS[found.status],
                "category": [coded(found.purpose, PURPOSE)],
                "medium": [coded(found.channel, CHANNEL)] if found.channel else [],
                "subject": to,
                "recipient": [to] if found.recipient_id is None else [],
                "sent": moment(found.sent_at),
                "received": moment(found.delivered_at),
            }
        )
