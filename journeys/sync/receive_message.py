"""Takes a message at the door: keeps it as it came, or says why it can never be taken."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.ids import new_uid
from journeys.foundation.secrets import seal
from journeys.foundation.words import N_
from journeys.store.connections import Connection, InterfaceMessage
from journeys.sync.habits import character_set_of, habits_of, senders_of
from journeys.sync.hl7.answering import MISSING_SEGMENT, UNSUPPORTED_KIND, WRONG_TYPE, Refusal
from journeys.sync.hl7.message import Message
from journeys.sync.hl7.moments import moment
from journeys.sync.hl7.reading import Unreadable, read_message

APPLY = "interfaces"
"""The job that applies what is kept."""

LONGEST_NAME = 200
"""Letters that are kept of what a header calls its sender, message and kind: an index holds no more than a page."""

PRODUCTION = ("", "P", "T")
"""Processing ids (HL7 table 0103) that are taken; debugging is not."""

KINDS = frozenset(
    {
        *("ADT", "SIU", "ORM", "OMG", "OML", "OMI", "OMP", "OSU", "ORU", "OUL", "MDM", "REF", "VXU"),
        *("RDE", "RDS", "DFT", "BAR", "ORG", "RRI"),
    }
)


@dataclass(frozen=True)
class Taken:
    """What became of a message at the door: the message that could be read (if any), and why it is refused (if it is).
    `is_new` tells the first delivery from a repetition."""

    message: Message | None
    refusal: Refusal | None = None
    is_new: bool = True


def receive_message(session: Session, act: Act, connection_id: int, raw: bytes) -> Taken:
    """Keep a message of a connection once. Whoever calls this answers only after it is committed."""
    connection = session.get_one(Connection, connection_id)
    try:
        message = read_message(raw, character_set_of(connection))
    except Unreadable as error:
        unread = Refusal(MISSING_SEGMENT if error.code == "no-header" else WRONG_TYPE, error.says)
        return Taken(None, unread, keep(session, act, connection, raw, None, unread))
    refusal = judge(connection, message)
    return Taken(message, refusal, keep(session, act, connection, raw, message, refusal))


def judge(connection: Connection, message: Message) -> Refusal | None:
    """Why a message that can be read is not taken."""
    senders = senders_of(connection)
    if senders and message.sender not in senders:
        return Refusal(WRONG_TYPE, N_("comes from an application that this connection does not know (MSH-3, MSH-4)"))
    if not message.code:
        return Refusal(UNSUPPORTED_KIND, N_("does not say what kind of message it is (MSH-9)"))
    if message.code not in KINDS:
        return Refusal(UNSUPPORTED_KIND, N_("is of a kind that is not taken here (MSH-9)"))
    if (message.header.text(11) or "").upper() not in PRODUCTION:
        return Refusal("202", N_("is not meant for care (MSH-11)"))
    version = message.header.text(12) or "2.5"
    if not version.startswith("2."):
        return Refusal("203", N_("is of a version that is not taken here (MSH-12)"))
    return None


def keep(
    session: Session, act: Act, connection: Connection, raw: bytes, message: Message | None, refusal: Refusal | None
) -> bool:
    """Keep it as it came; whether it is new. A repetition is counted, and changes nothing else."""
    uid = new_uid()
    values = {
        **named(connection, message),
        "uid": uid,
        "received_at": act.now,
        "body_hash": hashlib.sha256(raw).digest(),
        "size": len(raw),
        "status": "waiting" if refusal is None else "refused",
        "problems": [] if refusal is None else [{"says": refusal.says}],
        "findings": findings_of(message),
        "raw_sealed": seal(raw, InterfaceMessage.__tablename__, "raw", uid),
    }
    values["reuses_control_id"] = bool(values["control_id"]) and used_before(session, values)
    number = session.scalar(
        insert(InterfaceMessage).values(values).on_conflict_do_nothing().returning(InterfaceMessage.id)
    )
    if number is None:
        count_repetition(session, values)
        return False
    audit.note(session, "C", InterfaceMessage.__tablename__, [number], detail={"status": values["status"]})
    if refusal is None:
        ring_after_commit(session, APPLY)
    return True


def named(connection: Connection, message: Message | None) -> dict[str, Any]:
    """What the header of a message says."""
    if message is None:
        return {"connection_id": connection.id, "sender": "", "control_id": "", "kind": "", "sent_at": None}
    sent = moment(message.header.text(7), habits_of(connection).zone)
    kind = f"{message.code}^{message.trigger}" if message.trigger else message.code
    return {
        "connection_id": connection.id,
        "sender": message.sender[:LONGEST_NAME],
        "control_id": message.control_id[:LONGEST_NAME],
        "kind": kind[:LONGEST_NAME],
        "sent_at": dt.datetime.fromisoformat(sent) if sent and "T" in sent else None,
    }


def findings_of(message: Message | None) -> list[dict[str, str]]:
    """What was tolerated, each thing once."""
    found = () if message is None else dict.fromkeys(message.findings)
    return [{"code": each.code, "where": each.where} for each in found]


def same_name(values: dict[str, Any]) -> tuple[Any, ...]:
    """SQL: a message of this sender with this control id."""
    return (
        InterfaceMessage.connection_id == values["connection_id"],
        InterfaceMessage.sender == values["sender"],
        InterfaceMessage.control_id == values["control_id"],
    )


def used_before(session: Session, values: dict[str, Any]) -> bool:
    """Whether the sender gave this control id to another message."""
    other = exists().where(*same_name(values), InterfaceMessage.body_hash != values["body_hash"])
    return bool(session.scalar(select(other)))


def count_repetition(session: Session, values: dict[str, Any]) -> None:
    """One more delivery of what is kept already."""
    same = (*same_name(values), InterfaceMessage.body_hash == values["body_hash"])
    counted = update(InterfaceMessage).where(*same).values(repeats=InterfaceMessage.repeats + 1)
    number = session.execute(counted.returning(InterfaceMessage.id)).scalar_one()
    audit.note(session, "U", InterfaceMessage.__tablename__, [number], detail={"what": "came again"})
