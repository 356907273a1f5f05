"""Opens one message that goes out, for a person. Who read it is written down."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.secrets import unseal_bytes
from journeys.foundation.words import N_
from journeys.store.connections import Connection
from journeys.store.outgoing_messages import OutgoingMessage
from journeys.sync.open_message import segments_of
from journeys.sync.sending.seeing_to import is_overtaken
from journeys.sync.sending.writing import control_id


@dataclass(frozen=True)
class OpenedOutgoing:
    """A message, its connection, its name and its segments (none before it first left), and whether a newer one tells
    of the same appointment."""

    message: OutgoingMessage
    connection: Connection
    control_id: str
    segments: tuple[str, ...]
    is_overtaken: bool


def open_outgoing(session: Session, act: Act, uid: uuid.UUID) -> OpenedOutgoing:
    """The message of this uid. Missing when there is none."""
    row = session.scalar(select(OutgoingMessage).where(OutgoingMessage.uid == uid))
    if row is None:
        raise Missing(N_("There is no such message"))
    connection = session.get_one(Connection, row.connection_id)
    overtaken = is_overtaken(session, row)
    sealed = row.raw_sealed
    raw = b"" if sealed is None else unseal_bytes(sealed, OutgoingMessage.__tablename__, "raw", row.uid)
    audit.note(session, "R", OutgoingMessage.__tablename__, [row.id])
    session.expunge(row)
    session.expunge(connection)
    return OpenedOutgoing(row, connection, control_id(row), tuple(segments_of(raw, None)) if raw else (), overtaken)
