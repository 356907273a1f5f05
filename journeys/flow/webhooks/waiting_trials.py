"""The trial calls that were asked for and not spoken yet, as they leave."""

from __future__ import annotations

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.flow.webhooks.speaking import Call
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.webhooks import WebhookConnection


def waiting_trials(session: Session, act: Act) -> list[Call]:
    """Each says that it is a trial, and nothing else. A connection that is closed is not called, not even so."""
    is_open = WebhookConnection.active
    waits = WebhookConnection.trial_ended_at.is_(None)
    rows = session.scalars(select(WebhookConnection).where(is_open, waits).order_by(WebhookConnection.id))
    audit.nothing_happened(session)
    calls = []
    for row in rows:
        if row.trial is not None and row.trial_asked_at is not None:
            said = {"id": str(row.trial), "trial": True, "asked_at": row.trial_asked_at.isoformat()}
            calls.append(Call(row.id, row.trial, row.url, row.secret, orjson.dumps(said), 1))
    return calls
