"""Records what became of a trial call."""

from __future__ import annotations

import uuid

from sqlalchemy import update
from sqlalchemy.orm import Session

from journeys.flow.webhooks.speaking import Said
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.webhooks import WebhookConnection


def record_trial(session: Session, act: Act, trial: uuid.UUID, said: Said) -> None:
    """Keep it with the connection; nothing when another trial was asked for meanwhile."""
    values = {"trial_ended_at": act.now, "trial_http_status": said.http_status, "trial_error": said.error}
    session.execute(update(WebhookConnection).where(WebhookConnection.trial == trial).values(values))
    audit.note(session, "E", WebhookConnection.__tablename__, ids=[said.call_id], detail={"error": said.error})
