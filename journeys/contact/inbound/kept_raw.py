"""Rows of what arrived: kept once as it came, kept for a person, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.ids import new_uid
from journeys.foundation.secrets import seal
from journeys.store.inbox import InboundDelivery

UNKNOWN_SENDER = "unknown sender"
PERHAPS_EMERGENCY = "unknown sender, perhaps an emergency"
"""Why a delivery waits that nobody's number or address brought. What it says stays sealed; that somebody may be in need
must be found without opening all of them."""


def keep_raw(
    session: Session, act: Act, source: str, outside_id: str, raw: bytes, sender: bytes | None = None
) -> int | None:
    """Keep what came as it came; None when this outside id was here before. `sender` is a blind token."""
    uid = new_uid()
    statement = (
        insert(InboundDelivery)
        .values(
            uid=uid,
            source=source,
            outside_id=outside_id,
            received_at=act.now,
            raw_sealed=seal(raw, "inbound_delivery", "raw", uid),
            sender_token=sender,
        )
        .on_conflict_do_nothing(index_elements=["source", "outside_id"])
        .returning(InboundDelivery.id)
    )
    return session.scalar(statement)


def keep_for_a_person(session: Session, delivery: int, said: Mapping[str, Any]) -> None:
    """Keep who wrote and what, beside the raw bytes, which not every channel can read again."""
    row = session.get_one(InboundDelivery, delivery)
    row.said = orjson.dumps(said).decode()
    session.flush()


def settle(session: Session, act: Act, delivery: int, status: str, error: str | None) -> None:
    """Write down what became of a delivery."""
    session.execute(
        update(InboundDelivery)
        .where(InboundDelivery.id == delivery)
        .values(status=status, error=error, applied_at=act.now if status == "applied" else None, attempts=1)
        .execution_options(synchronize_session=False)
    )
