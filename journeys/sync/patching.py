"""Makes whole records of what a message says of them, and gives them to the import.

What is said is laid over what is known (RFC 7396). A message that comes late is put where it belongs: everything that
was ever said of its records is read again and laid over one another in the order in which it was sent, so that the
order of arrival changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from journeys.foundation.secrets import unseal_bytes
from journeys.store.connections import InterfaceEffect, InterfaceMessage
from journeys.store.importing.received import Received
from journeys.store.importing.recording import opened_content
from journeys.store.importing.references import NAMED_BY_IDENTIFIER, identifier_alias
from journeys.store.sources import SourceAlias, SourceRecord
from journeys.sync.hl7.mapping.tell import tell
from journeys.sync.hl7.mapping.telling import Habits, Statement
from journeys.sync.hl7.reading import read_message

Key = tuple[str, str]
"""Resource type and outside id."""

REFERENCE = "reference"


@dataclass(frozen=True)
class Sent:
    """When a message was sent, and its number here: what is said later counts."""

    at: dt.datetime
    number: int


@dataclass
class Known:
    """A record as the store has it."""

    resource: dict[str, Any]
    sent: Sent | None


def records_said(
    session: Session, source_id: int, statements: Iterable[Statement], sent: Sent, habits: Habits
) -> list[Received]:
    """The records that a message's statements make, whole."""
    said = called_as_known(session, source_id, list(statements))
    known = known_of(session, source_id, said)
    found = []
    for statement in said:
        key = (statement.resource_type, statement.outside_id)
        before = known.get(key)
        if before is not None and not statement.changes:
            continue
        found.append(whole(session, source_id, statement, before, sent, habits))
    return found


def whole(
    session: Session, source_id: int, statement: Statement, before: Known | None, sent: Sent, habits: Habits
) -> Received:
    """One record after a statement, as the import takes it."""
    if before is None:
        resource = merged(statement.otherwise, statement.says)
        return received(statement, resource, sent)
    latest = before.sent
    if latest is None or (latest.at, latest.number) <= (sent.at, sent.number):
        resource = merged(merged(statement.otherwise, before.resource), statement.says)
        return received(statement, resource, sent)
    resource = merged(before.resource, told_again(session, source_id, statement, sent, habits))
    return received(statement, resource, Sent(latest.at, max(latest.number, sent.number)))


def told_again(session: Session, source_id: int, statement: Statement, sent: Sent, habits: Habits) -> dict[str, Any]:
    """Everything that messages ever said of the record, with what is said now, in the order of sending; what only made
    it known counts least."""
    told = [(statement.changes, sent.at, sent.number, statement.says)]
    chosen = (
        select(InterfaceMessage)
        .join(InterfaceEffect, InterfaceEffect.message_id == InterfaceMessage.id)
        .where(
            InterfaceEffect.source_id == source_id,
            InterfaceEffect.resource_type == statement.resource_type,
            InterfaceEffect.outside_id == statement.outside_id,
            InterfaceMessage.id != sent.number,
        )
        .order_by(InterfaceMessage.id)
    )
    for row in session.scalars(chosen).unique():
        raw = unseal_bytes(row.raw_sealed, InterfaceMessage.__tablename__, "raw", row.uid)
        message = read_message(raw)
        for each in called_as_known(session, source_id, list(tell(message, habits).telling.statements.values())):
            if (each.resource_type, each.outside_id) == (statement.resource_type, statement.outside_id):
                told.append((each.changes, row.counts_from, row.id, each.says))
    result: dict[str, Any] = {}
    for *_, says in sorted(told, key=lambda one: one[:3]):
        # what is taken away stays said, so that it is taken away from what is known, too
        result |= says
    return result


def received(statement: Statement, resource: dict[str, Any], sent: Sent) -> Received:
    """A resource as the import takes it: sent then, and the version of its number."""
    content = {"resourceType": statement.resource_type, "id": statement.outside_id, **resource}
    place = f"message {sent.number}"
    data = orjson.dumps(content)
    named = (statement.resource_type, statement.outside_id)
    return Received(place, content, data, *named, version=str(sent.number), updated_at=sent.at)


def merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """What is said above laid over what is below; None takes away (RFC 7396, for one level: parts are said whole)."""
    laid = {**below, **above}
    return {name: value for name, value in laid.items() if value is not None}


def known_of(session: Session, source_id: int, statements: Sequence[Statement]) -> dict[Key, Known]:
    """The records that the store has of these."""
    keys = [(each.resource_type, each.outside_id) for each in statements]
    at = tuple_(SourceRecord.resource_type, SourceRecord.outside_id)
    rows = session.scalars(select(SourceRecord).where(SourceRecord.source_id == source_id, at.in_(keys)))
    found: dict[Key, Known] = {}
    for row in rows:
        sent = None
        if row.outside_updated_at is not None:
            version = row.outside_version or ""
            sent = Sent(row.outside_updated_at, int(version) if version.isdigit() else 0)
        resource = orjson.loads(opened_content(row.raw_sealed, row.uid))
        found[row.resource_type, row.outside_id] = Known(resource, sent)
    return found


def called_as_known(session: Session, source_id: int, statements: list[Statement]) -> list[Statement]:
    """The same statements about records under the ids by which the source knows them already: what one way brought
    under an id of its own (FHIR), another (HL7 v2) knows by its number."""
    wanted = {
        (each.resource_type, identifier_alias(named.get("system"), named["value"])): each
        for each in statements
        if each.resource_type in NAMED_BY_IDENTIFIER
        for named in (each.says.get("identifier") or [])[:1]
    }
    if not wanted:
        return statements
    at = tuple_(SourceAlias.resource_type, SourceAlias.token)
    chosen = (
        select(SourceAlias.resource_type, SourceAlias.token, SourceRecord.outside_id)
        .join(SourceRecord, SourceRecord.id == SourceAlias.source_record_id)
        .where(SourceAlias.source_id == source_id, at.in_(list(wanted)))
        .order_by(SourceRecord.id.desc())
    )
    others: dict[str, str] = {}
    for resource_type, token, outside_id in session.execute(chosen):
        statement = wanted[resource_type, bytes(token)]
        others[f"{resource_type}/{statement.outside_id}"] = f"{resource_type}/{outside_id}"
    changed = {mine: theirs for mine, theirs in others.items() if mine != theirs}
    return [renamed(each, changed) for each in statements] if changed else statements


def renamed(statement: Statement, others: dict[str, str]) -> Statement:
    """A statement with other names for the records that it is about and names."""
    mine = f"{statement.resource_type}/{statement.outside_id}"
    outside_id = others.get(mine, mine).split("/", 1)[1]
    says = readdressed(statement.says, others)
    return Statement(statement.resource_type, outside_id, says, statement.otherwise, statement.changes)


def readdressed(value: Any, others: dict[str, str]) -> Any:
    """The same value with other addresses in its references."""
    if isinstance(value, dict):
        named = value.get(REFERENCE)
        inner = {name: readdressed(each, others) for name, each in value.items()}
        return {**inner, REFERENCE: others.get(named, named)} if isinstance(named, str) else inner
    if isinstance(value, list):
        return [readdressed(each, others) for each in value]
    return value
