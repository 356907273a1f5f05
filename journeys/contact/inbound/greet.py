"""Answers a provider that asks whether an address is ours."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from journeys.contact.inbound.keep_delivery import door
from journeys.foundation import audit
from journeys.foundation.acting import Act


def greet(session: Session, act: Act, token: str, query: Mapping[str, str]) -> str | None:
    """What the provider wants to hear; None when it does not ask, or asks wrongly. Missing where there is no door."""
    audit.nothing_happened(session)
    _account, channel = door(session, token)
    return channel.greet(query)
