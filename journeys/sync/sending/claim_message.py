"""Takes the next message of a connection to be sent: one at a time, in the order in which they were noted."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.ids import new_uid
from journeys.foundation.secrets import seal, unseal_bytes
from journeys.store.access import Appointment
from journeys.store.connections import Connection
from journeys.store.outgoing_messages import OutgoingMessage
from journeys.sync.sending.receiver import receiver_of
from journeys.sync.sending.writing import control_id, write_message

LEASE = dt.timedelta(minutes=3)
"""Longer than connecting and waiting for an answer can take together."""


@dataclass(frozen=True)
class Claimed:
    """A message that is being sent; None for `data` when it would have told nothing new."""

    number: int
    claim: uuid.UUID
    control_id: str
    data: bytes | None


def claim_message(session: Session, act: Act, connection_id: int) -> Claimed | None:
    """The next one; None when there is none, when one is on its way, or when it is too early.

    One whose sender died is taken again after its lease, under the same name and with the same bytes.
    """
    # whoever tells this connection holds it for a moment; changes of appointments, which refer to it, go on
    chosen = select(Connection).where(Connection.id == connection_id, Connection.active)
    connection = session.scalar(chosen.with_for_update(key_share=True, skip_locked=True))
    receiver = None if connection is None else receiver_of(connection)
    row = None if receiver is None else next_of(session, act, connection_id)
    if connection is None or receiver is None or row is None:
        audit.nothing_happened(session)
        return None
    patients = [session.get_one(Appointment, row.appointment_id).patient_id]
    if row.raw_sealed is None:
        written = write_message(session, row, connection, receiver, act.now)
        if written.hash == told_last(session, row):
            row.status = "unchanged"
            audit.note(session, "U", OutgoingMessage.__tablename__, [row.id], patients, {"what": "unchanged"})
            return Claimed(row.id, new_uid(), control_id(row), None)
        row.content_hash = written.hash
        row.raw_sealed = seal(written.data, OutgoingMessage.__tablename__, "raw", row.uid)
    row.status, row.claim, row.claimed_until = "sending", new_uid(), act.now + LEASE
    row.attempts += 1
    audit.note(session, "U", OutgoingMessage.__tablename__, [row.id], patients, {"attempt": row.attempts})
    data = unseal_bytes(row.raw_sealed, OutgoingMessage.__tablename__, "raw", row.uid)
    return Claimed(row.id, row.claim, control_id(row), data)


def next_of(session: Session, act: Act, connection_id: int) -> OutgoingMessage | None:
    """The first that is not settled, if it may be sent now."""
    mine = OutgoingMessage.connection_id == connection_id
    is_open = OutgoingMessage.status.in_(("waiting", "sending"))
    chosen = select(OutgoingMessage).where(mine, is_open).order_by(OutgoingMessage.id).limit(1)
    row = session.scalar(chosen.with_for_update())
    if row is None or (row.status == "waiting" and row.not_before > act.now):
        return None
    is_on_its_way = row.claimed_until is not None and row.claimed_until >= act.now
    return None if is_on_its_way else row


def told_last(session: Session, row: OutgoingMessage) -> bytes | None:
    """The hash of what the receiver was told last about this appointment."""
    return session.scalar(
        select(OutgoingMessage.content_hash)
        .where(
            OutgoingMessage.appointment_id == row.appointment_id,
            OutgoingMessage.connection_id == row.connection_id,
            OutgoingMessage.status == "sent",
        )
        .order_by(OutgoingMessage.id.desc())
        .limit(1)
    )
