"""Opens one message for a person: what it said, what was made of it. Who read it is written down."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.secrets import unseal_bytes
from journeys.foundation.words import N_
from journeys.store.connections import FHIR_R4, Connection, InterfaceEffect, InterfaceMessage
from journeys.sync.habits import character_set_of
from journeys.sync.hl7.characters import decode
from journeys.sync.hl7.reading import LINE_ENDS, Unreadable, read_message

LONGEST = 2_000
"""Letters of one segment that are shown: a picture within a message helps nobody to read it."""


@dataclass(frozen=True)
class Opened:
    """A message, its connection, its segments as they came, and how many records of each kind it told of."""

    message: InterfaceMessage
    connection: Connection
    segments: tuple[str, ...]
    told: Counter[str]


def open_message(session: Session, act: Act, uid: uuid.UUID) -> Opened:
    """The message of this uid. Missing when there is none."""
    row = session.scalar(select(InterfaceMessage).where(InterfaceMessage.uid == uid))
    if row is None:
        raise Missing(N_("There is no such message"))
    connection = session.get_one(Connection, row.connection_id)
    raw = unseal_bytes(row.raw_sealed, InterfaceMessage.__tablename__, "raw", row.uid)
    kinds = (
        select(InterfaceEffect.resource_type, func.count())
        .where(InterfaceEffect.message_id == row.id)
        .group_by(InterfaceEffect.resource_type)
    )
    told = Counter({row[0]: row[1] for row in session.execute(kinds)})
    audit.note(session, "R", InterfaceMessage.__tablename__, [row.id])
    session.expunge(row)
    session.expunge(connection)
    is_fhir = connection.kind == FHIR_R4
    lines = lines_of(raw) if is_fhir else segments_of(raw, character_set_of(connection))
    return Opened(row, connection, tuple(lines), told)


def lines_of(raw: bytes) -> list[str]:
    """An entry of a FHIR server, indented; of what is no JSON, its lines."""
    try:
        text = orjson.dumps(orjson.loads(raw), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        text = raw.decode(errors="replace")
    return [line if len(line) <= LONGEST else f"{line[:LONGEST]}…" for line in text.splitlines()]


def segments_of(raw: bytes, expected: str | None) -> list[str]:
    """The segments as they came; of what is no message, its lines as far as they can be read."""
    try:
        codec = read_message(raw, expected).character_set
        text = raw.decode(codec, errors="replace")
    except Unreadable:
        text = decode(raw, None, expected).text
    lines = [line.strip("\x0b\x1c \t") for line in LINE_ENDS.split(text)]
    return [line if len(line) <= LONGEST else f"{line[:LONGEST]}…" for line in lines if line]
