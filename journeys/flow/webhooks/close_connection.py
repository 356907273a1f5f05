"""An administrator closes a connection: journeys call it no longer, calls that wait fail, and a trial is not made."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.flow.webhooks.connections import find_connection
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.webhooks import WebhookConnection


def close_connection(session: Session, act: Act, slug: str) -> None:
    """Close it; Missing when there is none. Its address stays known, so that it can be opened again."""
    connection = find_connection(session, slug)
    connection.active = False
    if connection.trial_ended_at is None:
        connection.trial = connection.trial_asked_at = None
    audit.note(session, "U", WebhookConnection.__tablename__, detail={"connection": slug, "active": False})
