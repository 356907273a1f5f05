"""Writes down that everything in a delivery was applied."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.inbox import InboundDelivery


def finish_delivery(session: Session, act: Act, number: int) -> None:
    """Applied, and by when."""
    done = update(InboundDelivery).where(InboundDelivery.id == number, InboundDelivery.status == "received")
    session.execute(done.values(status="applied", applied_at=act.now))
    audit.note(session, "U", InboundDelivery.__tablename__, [number], detail={"status": "applied"})
