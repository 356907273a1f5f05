"""Writes down that everything in a delivery was applied, or why nothing was made of it."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.inbox import InboundDelivery


def finish_delivery(session: Session, act: Act, number: int, passed_over: str = "") -> None:
    """Applied, and by when; or passed over, and for which reason."""
    done = update(InboundDelivery).where(InboundDelivery.id == number, InboundDelivery.status == "received")
    status = "ignored" if passed_over else "applied"
    session.execute(done.values(status=status, error=passed_over or None, applied_at=act.now))
    audit.note(session, "U", InboundDelivery.__tablename__, [number], detail={"status": status})
