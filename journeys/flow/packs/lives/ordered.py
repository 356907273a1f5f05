"""Tests that were ordered, in a life: kept whole, as the system that ordered them sent them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.flow.packs.lives.arrived import arrived, source_called
from journeys.flow.packs.lives.facts import Test, moment
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.sources import KeptRecord

ORDER = "ServiceRequest"
SYSTEM = "lab-orders"


def keep_test(session: Session, act: Act, patient: int, test: Test) -> KeptRecord:
    """Keep an active order."""
    at = moment(test.at) or act.now
    sent = arrived(session, source_called(session, SYSTEM), ORDER, patient, at)
    order = KeptRecord(
        patient_id=patient,
        source_record_id=sent.id,
        resource_type=ORDER,
        status="active",
        intent="order",
        at=at,
        code_system=test.system,
        code=test.code,
        category=test.category,
    )
    session.add(order)
    return order


def end_test(session: Session, act: Act, patient: int, status: str) -> None:
    """The system says that the test that was ordered last is over."""
    mine = select(KeptRecord).where(KeptRecord.patient_id == patient, KeptRecord.resource_type == ORDER)
    order = session.scalars(mine.order_by(KeptRecord.id.desc()).limit(1)).one()
    order.status = status
    session.flush()
    audit.note(session, "U", str(KeptRecord.__tablename__), ids=[order.id], patients=[patient])
