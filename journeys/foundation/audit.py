"""Audit rows: who did or saw what, when, in which scope, why; written in the act's own transaction.

A verb notes what it read or changed; the act writes the notes as rows just before it commits. A list read is one note
with the ids shown; a worker's batch is one note whose detail is the history. Rows hold ids and counts, never
patients' data. Only INSERT is granted on the table. One sealer chains and signs the rows afterwards: a chain inside
each transaction would make page views wait for each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import BigInteger, PrimaryKeyConstraint, Table, Text, insert
from sqlalchemy import Sequence as DatabaseSequence
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Session, mapped_column

from journeys.foundation.act import Act
from journeys.foundation.database import PREPARED
from journeys.foundation.tables import Base

NOTES = "waymark.audit"
AUDIT_ID = DatabaseSequence("audit_entry_id_seq", metadata=Base.metadata)


class AuditEntry(Base):
    """One line of the audit, partitioned by month of `at`.

    `action` is FHIR AuditEvent's: C R U D E; `outcome` 0 done, 4 minor failure, 8 refused, 12 failed.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (PrimaryKeyConstraint("id", "at"), {"postgresql_partition_by": "RANGE (at)"})

    id: Mapped[int] = mapped_column(BigInteger, AUDIT_ID, server_default=AUDIT_ID.next_value())
    at: Mapped[dt.datetime]
    actor: Mapped[str]
    verb: Mapped[str]
    purpose: Mapped[str]
    cause: Mapped[str | None]
    scope: Mapped[str]
    action: Mapped[str]
    outcome: Mapped[str]
    subject: Mapped[str]
    subject_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    patient_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    detail: Mapped[dict[str, Any]]
    reason: Mapped[str | None] = mapped_column(Text)


INSERT = insert(cast(Table, AuditEntry.__table__)).inline().execution_options(**PREPARED)
"""Inline: reading the new id back would need a right to read the audit."""

FEW = 4
"""So many notes are written one by one, by a statement that the server keeps; a batch is read and planned each time."""


@dataclass(frozen=True)
class Note:
    """What a verb read or changed: the action, the kind of thing, its ids, whose it is, and plain details."""

    action: str
    subject: str
    ids: Sequence[int] = ()
    patients: Sequence[int] = ()
    detail: dict[str, Any] = field(default_factory=dict)
    outcome: str = "0"


def note(
    session: Session,
    action: str,
    subject: str,
    ids: Sequence[int] = (),
    patients: Sequence[int] = (),
    detail: dict[str, Any] | None = None,
    outcome: str = "0",
) -> None:
    """Keep a note for the end of the act; `action` is C, R, U, D or E."""
    session.info.setdefault(NOTES, []).append(Note(action, subject, ids, patients, detail or {}, outcome))


def nothing_happened(session: Session) -> None:
    """Say that the act neither showed nor changed anything, so that an idle tick leaves no row."""
    session.info.setdefault(NOTES, [])


def write(session: Session, doing: Act, verb: str) -> None:
    """Write the notes of this act; an act that noted nothing at all still leaves one row."""
    notes = session.info.pop(NOTES, None)
    if notes is None:
        notes = [Note("E", "act")]
    if notes:
        rows = [as_row(doing, verb, each) for each in notes]
        for each in rows if len(rows) <= FEW else [rows]:
            session.execute(INSERT, each)


def as_row(doing: Act, verb: str, each: Note) -> dict[str, Any]:
    """One note as the columns of one row."""
    return {
        "at": doing.now,
        "actor": doing.by,
        "verb": verb,
        "purpose": doing.purpose,
        "cause": doing.cause,
        "scope": doing.scope.as_setting(),
        "action": each.action,
        "outcome": each.outcome,
        "subject": each.subject,
        "subject_ids": list(each.ids),
        "patient_ids": list(each.patients),
        "detail": each.detail,
    }
