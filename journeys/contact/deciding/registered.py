"""What the registers of networks say of texts: the newest statement about each, for the versions that messages use."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, case, select
from sqlalchemy.dialects.postgresql import distinct_on

from journeys.store.contact import Message
from journeys.store.text_registrations import APPROVED, TextRegistration


def registrations(messages: CTE) -> CTE:
    """SQL: what holds of the texts of these messages, by version, medium and language; mostly nothing at all."""
    used = select(Message.template_version_id).join(messages, messages.c.id == Message.id)
    text = (TextRegistration.version_id, TextRegistration.medium, TextRegistration.language)
    return (
        select(*text, TextRegistration.state, TextRegistration.number)
        .ext(distinct_on(*text))
        .where(TextRegistration.version_id.in_(used))
        .order_by(*text, TextRegistration.id.desc())
        .cte("registered")
        .prefix_with("MATERIALIZED")
    )


def is_of_text(registered: CTE, rung: CTE, language: ColumnElement[Any]) -> ColumnElement[bool]:
    """SQL: whether a statement is about what a message says on a channel."""
    return and_(
        registered.c.version_id == Message.template_version_id,
        registered.c.medium == rung.c.speaks,
        registered.c.language == language,
    )


def of_registration(registered: CTE) -> dict[str, Any]:
    """SQL: the facts of what a network says of the text."""
    return {
        "registration": registered.c.state,
        "registered_as": case((registered.c.state == APPROVED, registered.c.number)),
    }
