"""Whether a list of numbers was brought to a journey before, by anybody, in whatever order."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.tokens import blind
from journeys.store.inbox import InboundDelivery


def listed_before(session: Session, slug: str, numbers: Collection[str]) -> bool:
    """Whether `heard_before` has kept it."""
    kept = select(InboundDelivery.id).where(
        InboundDelivery.source == source_of(slug), InboundDelivery.outside_id == key_of(numbers)
    )
    return session.scalar(kept) is not None


def source_of(slug: str) -> str:
    """Under which source lists for a journey are kept."""
    return f"list:{slug}"


def key_of(numbers: Collection[str]) -> str:
    """What a list is known by: a blind token (hex) of all its numbers, so that the key tells none of them."""
    return blind("list", said_of(numbers)).hex()


def said_of(numbers: Collection[str]) -> str:
    """A list as one text, whatever its order."""
    return "\n".join(sorted(set(numbers)))
