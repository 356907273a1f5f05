"""What a visit reads: its own lines, and the answers that went to it; opened only where the page has not shown them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.chat.open_chat import chat_in_use
from journeys.contact.chat.said import in_raw
from journeys.contact.chat.visits import CHANNEL, address_of
from journeys.contact.replies.intents import EMERGENCY
from journeys.contact.replies.understand import understand
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.secrets import unseal_bytes
from journeys.foundation.tokens import identifier_token
from journeys.store.contact import Message
from journeys.store.inbox import InboundDelivery
from journeys.store.people import PatientTelecom, PatientToken

SHOWN = 200
"""Lines of one side that a page shows: those of a day."""

ARRIVED = ("accepted", "delivered")


@dataclass(frozen=True)
class Line:
    """One line: a key that is its own, when it came, whether the visitor wrote it, what it says. Of `is_who` the words
    are not shown: somebody said who they are. After an `is_emergency` the page says what to do."""

    key: str
    at: dt.datetime
    is_theirs: bool
    text: str = field(repr=False)
    is_who: bool = False
    is_emergency: bool = False


def read_chat(session: Session, act: Act, slug: str, ticket: str, seen: Collection[str] = ()) -> list[Line]:
    """The lines that are not among the keys `seen`, the oldest first; none where the visit has ended."""
    chat_in_use(session, slug)
    address = address_of(slug, ticket, act.now)
    if address is None:
        audit.nothing_happened(session)
        return []
    known = frozenset(seen)
    found = [*own_lines(session, address, known), *answers(session, address, known)]
    if not found:
        audit.nothing_happened(session)
    return sorted(found, key=lambda line: line.at)


def own_lines(session: Session, address: str, seen: frozenset[str]) -> list[Line]:
    """What was written on this visit."""
    _kind, token = identifier_token(address)
    mine = (InboundDelivery.sender_token == token, InboundDelivery.source == CHANNEL)
    newest = select(InboundDelivery.id, InboundDelivery.uid).where(*mine).order_by(InboundDelivery.id.desc())
    fresh = [row.id for row in session.execute(newest.limit(SHOWN)) if str(row.uid) not in seen]
    if not fresh:
        return []
    rows = session.scalars(select(InboundDelivery).where(InboundDelivery.id.in_(fresh)).order_by(InboundDelivery.id))
    audit.note(session, "R", InboundDelivery.__tablename__, fresh)
    return [own_line(row) for row in rows]


def own_line(row: InboundDelivery) -> Line:
    """One of them."""
    said = in_raw(unseal_bytes(row.raw_sealed, InboundDelivery.__tablename__, "raw", row.uid))
    text = str(said.get("text", ""))
    is_emergency = understand(text, {}).intent == EMERGENCY
    return Line(str(row.uid), row.received_at, True, text, "who" in said, is_emergency)


def answers(session: Session, address: str, seen: frozenset[str]) -> list[Line]:
    """What staff wrote to this visit."""
    telecoms = telecoms_of(session, address)
    if not telecoms:
        return []
    sent = select(Message.id, Message.uid, Message.patient_id).where(
        Message.patient_id.in_(telecoms.values()),
        Message.telecom_id.in_(telecoms),
        Message.direction == "outbound",
        Message.channel == CHANNEL,
        Message.status.in_(ARRIVED),
    )
    fresh = [row for row in session.execute(sent.order_by(Message.id.desc()).limit(SHOWN)) if str(row.uid) not in seen]
    if not fresh:
        return []
    ids = [row.id for row in fresh]
    rows = session.scalars(select(Message).where(Message.id.in_(ids)).order_by(Message.id))
    audit.note(session, "R", Message.__tablename__, ids, sorted({row.patient_id for row in fresh}))
    return [Line(str(row.uid), row.sent_at or row.planned_at, False, row.body or "") for row in rows]


def telecoms_of(session: Session, address: str) -> dict[int, int]:
    """The rows that hold this visit as an address, with their patients."""
    kind, token = identifier_token(address)
    rows = session.scalars(
        select(PatientTelecom)
        .join(PatientToken, PatientToken.patient_id == PatientTelecom.patient_id)
        .where(PatientToken.kind == kind, PatientToken.token == token, PatientTelecom.system == "url")
        .order_by(PatientTelecom.id)
    )
    return {row.id: row.patient_id for row in rows if row.value == address}
