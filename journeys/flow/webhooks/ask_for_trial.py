"""An administrator asks for a trial call; a worker speaks it, because only workers speak to the outside."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.flow.webhooks.connections import find_connection
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.ids import new_uid
from journeys.store.webhooks import WebhookConnection


def ask_for_trial(session: Session, act: Act, slug: str) -> None:
    """Have a connection called once, about no patient; what became of an earlier trial goes. Missing without one."""
    connection = find_connection(session, slug)
    connection.trial, connection.trial_asked_at = new_uid(), act.now
    connection.trial_ended_at = connection.trial_http_status = connection.trial_error = None
    ring_after_commit(session, "webhooks")
    audit.note(session, "E", WebhookConnection.__tablename__, detail={"connection": slug, "trial": True})
