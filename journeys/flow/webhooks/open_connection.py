"""An administrator opens a connection that journeys may call, or opens it anew: with another address, another key."""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.addresses import Refused, split
from journeys.foundation.errors import Problem, refuse_errors
from journeys.foundation.ids import is_slug
from journeys.foundation.words import N_
from journeys.store.webhooks import WebhookConnection


def open_connection(session: Session, act: Act, slug: str, url: str, is_new: bool = False) -> str:
    """Let journeys call a system; the key that signs the calls is returned, and shown nowhere again.

    Invalid for a name or an address that is none, and for a name that is taken when the connection `is_new`.
    """
    problems = []
    if not is_slug(slug):
        problems.append(Problem("name", N_("Use lower-case letters, digits and hyphens, for example recall-due")))
    if not is_address(url):
        problems.append(Problem("url", N_("Give an address that begins with https:// and holds no password")))
    found = session.scalar(select(WebhookConnection).where(WebhookConnection.slug == slug))
    if is_new and found is not None:
        problems.append(Problem("name", N_("There is a connection of this name already")))
    refuse_errors(problems)
    key = secrets.token_urlsafe(32)
    connection = found or WebhookConnection(slug=slug, url=url, secret=key)
    connection.url, connection.secret, connection.active = url, key, True
    session.add(connection)
    audit.note(session, "U", WebhookConnection.__tablename__, detail={"connection": slug, "active": True})
    return key


def is_address(url: str) -> bool:
    """Whether a call could go there at all."""
    try:
        split(url)
    except Refused:
        return False
    return True
