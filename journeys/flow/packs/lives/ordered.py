"""Tests that were ordered, in a life: kept whole, as the system that ordered them sent them."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.flow.packs.lives.facts import Test, moment
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.ids import new_uid
from journeys.store.sources import KeptRecord, Source, SourceRecord

ORDER = "ServiceRequest"
SYSTEM = "lab-orders"


def keep_test(session: Session, act: Act, patient: int, test: Test) -> KeptRecord:
    """Keep an active order."""
    at = moment(test.at) or act.now
    uid = new_uid()
    arrived = SourceRecord(
        uid=uid,
        source_id=system_of(session).id,
        resource_type=ORDER,
        outside_id=str(uid),
        patient_id=patient,
        received_at=at,
        hash=hashlib.sha256(uid.bytes).digest(),
        raw_sealed=b"",
    )
    session.add(arrived)
    session.flush()
    order = KeptRecord(
        patient_id=patient,
        source_record_id=arrived.id,
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


def system_of(session: Session) -> Source:
    """The system that orders tests."""
    found = session.scalar(select(Source).where(Source.slug == SYSTEM))
    if found is None:
        found = Source(slug=SYSTEM, name={"en": SYSTEM})
        session.add(found)
        session.flush()
    return found


def end_test(session: Session, act: Act, patient: int, status: str) -> None:
    """The system says that the test that was ordered last is over."""
    mine = select(KeptRecord).where(KeptRecord.patient_id == patient, KeptRecord.resource_type == ORDER)
    order = session.scalars(mine.order_by(KeptRecord.id.desc()).limit(1)).one()
    order.status = status
    session.flush()
    audit.note(session, "U", str(KeptRecord.__tablename__), ids=[order.id], patients=[patient])
