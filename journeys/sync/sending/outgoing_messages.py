"""What a connection tells, as a list shows it: the newest first, a page at a time; and how many wait for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.connections import Connection
from journeys.store.outgoing_messages import OutgoingMessage
from journeys.sync.messages import COUNTED_AT_MOST, PAGE, connection_of


@dataclass(frozen=True)
class Told:
    """One page; `older` is the number after which the next page goes on."""

    connection: Connection
    messages: Sequence[OutgoingMessage]
    older: int | None


def outgoing_messages(session: Session, act: Act, slug: str, status: str = "", before: int | None = None) -> Told:
    """A page of them, of one state or of all; what they say is not opened."""
    connection = connection_of(session, slug)
    chosen = select(OutgoingMessage).options(defer(OutgoingMessage.raw_sealed))
    chosen = chosen.where(OutgoingMessage.connection_id == connection.id)
    if status:
        chosen = chosen.where(OutgoingMessage.status == status)
    if before is not None:
        chosen = chosen.where(OutgoingMessage.id < before)
    rows = session.scalars(chosen.order_by(OutgoingMessage.id.desc()).limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    audit.note(session, "R", OutgoingMessage.__tablename__, [row.id for row in shown])
    session.expunge_all()
    return Told(connection, shown, rows[PAGE - 1].id if len(rows) > PAGE else None)


def to_be_told(session: Session, act: Act) -> dict[int, Counter[str]]:
    """By connection: how many of its messages wait to go and how many are set aside, counted to a thousand."""
    audit.nothing_happened(session)
    found: dict[int, Counter[str]] = {}
    for number in session.scalars(select(Connection.id).order_by(Connection.id)):
        found[number] = Counter({state: counted(session, number, state) for state in ("waiting", "set-aside")})
    return found


def counted(session: Session, connection_id: int, status: str) -> int:
    """How many messages of a state, up to a thousand."""
    mine = (OutgoingMessage.connection_id == connection_id, OutgoingMessage.status == status)
    some = select(OutgoingMessage.id).where(*mine).limit(COUNTED_AT_MOST)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0
