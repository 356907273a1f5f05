"""Which deliveries are kept and not applied, the oldest first."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.inbox import InboundDelivery


def waiting_deliveries(session: Session, act: Act, limit: int = 50) -> list[int]:
    """Their ids."""
    audit.nothing_happened(session)
    waits = (InboundDelivery.status == "received", InboundDelivery.account_id.is_not(None))
    chosen = select(InboundDelivery.id).where(*waits).order_by(InboundDelivery.received_at, InboundDelivery.id)
    return list(session.scalars(chosen.limit(limit)))
