"""An administrator opens a connection that journeys may call, or closes it."""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.flow.webhooks.addresses import Refused, split
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.ids import is_slug
from journeys.foundation.words import N_
from journeys.store.webhooks import WebhookConnection


def open_connection(session: Session, act: Act, slug: str, url: str | None) -> str | None:
    """Open a connection, or give it another address and another key; the key is returned, and shown nowhere again.

    Without an address it is closed: calls that wait fail. Invalid for a name or an address that is none.
    """
    if not is_slug(slug):
        raise Invalid([Problem("name", N_("Use lower-case letters, digits and hyphens, for example recall-due"))])
    found = session.scalar(select(WebhookConnection).where(WebhookConnection.slug == slug))
    if url is None:
        if found is not None:
            found.active = False
        audit.note(session, "U", WebhookConnection.__tablename__, detail={"connection": slug, "active": False})
        return None
    try:
        split(url)
    except Refused:
        raise Invalid([Problem("url", N_("Give an address that begins with https:// and holds no password"))]) from None
    key = secrets.token_urlsafe(32)
    connection = found or WebhookConnection(slug=slug, url=url, secret=key)
    connection.url, connection.secret, connection.active = url, key, True
    session.add(connection)
    audit.note(session, "U", WebhookConnection.__tablename__, detail={"connection": slug, "active": True})
    return key
