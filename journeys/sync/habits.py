"""What the settings of a connection say of its sender, for whoever reads its messages."""

from __future__ import annotations

from typing import Any

from journeys.store.connections import Connection
from journeys.sync.hl7.mapping.telling import Habits


def habits_of(connection: Connection) -> Habits:
    """How times, numbers and codes of this sender are meant."""
    settings: dict[str, Any] = connection.settings
    return Habits(
        zone=settings.get("zone") or "UTC",
        own=f"urn:hl7-v2:{connection.slug}",
        authorities=settings.get("authorities") or {},
        codes=settings.get("codes") or {},
    )


def character_set_of(connection: Connection) -> str | None:
    """The character set that counts more than what a message says of itself."""
    return connection.settings.get("character_set") or None


def senders_of(connection: Connection) -> list[str]:
    """Who may send (`APP|FACILITY`); anybody when there is none."""
    return list(connection.settings.get("senders") or [])


def region_of(connection: Connection) -> str:
    """The region whose phone habits hold."""
    return str(connection.settings.get("region") or "US")
