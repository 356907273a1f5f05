"""What a visit reads: its own lines, and the answers that went to it; opened only where the page has not shown them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.chat.open_chat import chat_in_use
from journeys.contact.chat.said import in_raw
from journeys.contact.chat.visits import CHANNEL, address_of
from journeys.contact.inbound.unknown_senders import UnknownSender
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
    found = lines_of(session, address, frozenset(seen))
    if not found:
        audit.nothing_happened(session)
    return found


def read_visit(session: Session, act: Act, found: UnknownSender) -> list[Line]:
    """All that both sides wrote on the visit of a reply that waits, which staff have opened."""
    return lines_of(session, found.sender)


def lines_of(session: Session, address: str, seen: frozenset[str] = frozenset()) -> list[Line]:
    """What both sides wrote on a visit and is not among the keys `seen`, the oldest first."""
    found = [*own_lines(session, address, seen), *answers(session, address, seen)]
    return sorted(found, key=lambda line: line.at)


def own_lines(session: Session, address: str, seen: frozenset[str]) -> list[Line]:
    """What was written on this visit, and what staff answered before they knew who writes."""
    _kind, token = identifier_token(address)
    mine = (InboundDelivery.sender_token == token, InboundDelivery.source == CHANNEL)
    newest = select(InboundDelivery.id, InboundDelivery.uid, InboundDelivery.answers).where(*mine)
    rows_of = session.execute(newest.order_by(InboundDelivery.id.desc()).limit(SHOWN))
    fresh = [row.id for row in rows_of if not seen.issuperset(keys_of(row.uid, row.answers))]
    if not fresh:
        return []
    rows = session.scalars(select(InboundDelivery).where(InboundDelivery.id.in_(fresh)).order_by(InboundDelivery.id))
    audit.note(session, "R", InboundDelivery.__tablename__, fresh)
    found = [line for row in rows for line in (own_line(row), *answer_lines(row))]
    return [line for line in found if line.key not in seen]


def keys_of(uid: uuid.UUID, count: int) -> list[str]:
    """The keys of a line and of the answers that stand with it."""
    return [str(uid), *(f"{uid}-{number}" for number in range(count))]


def answered_in(row: InboundDelivery) -> list[dict[str, str]]:
    """What staff answered to one line: key, at, by, text."""
    kept: list[dict[str, str]] = orjson.loads(row.answered or "[]")
    return kept


def answer_lines(row: InboundDelivery) -> Iterator[Line]:
    """The same as lines of the page."""
    _own, *keys = keys_of(row.uid, row.answers)
    for key, each in zip(keys, answered_in(row), strict=True):
        yield Line(key, dt.datetime.fromisoformat(each["at"]), False, each["text"])


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
