"""An administrator says where a connected system listens now; the key that signs its calls stays."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.flow.webhooks.connections import find_connection
from journeys.flow.webhooks.open_connection import is_address
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.webhooks import WebhookConnection


def change_address(session: Session, act: Act, slug: str, url: str) -> None:
    """Give a connection another address; Missing without one of this name, Invalid for what is no address."""
    connection = find_connection(session, slug)
    if not is_address(url):
        raise Invalid([Problem("url", N_("Give an address that begins with https:// and holds no password"))])
    connection.url = url
    audit.note(session, "U", WebhookConnection.__tablename__, detail={"connection": slug, "changed": "url"})
