"""The messages of a connection as a list shows them: the newest first, a page at a time; and how many of each state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.words import N_
from journeys.store.connections import Connection, InterfaceMessage

PAGE = 50
COUNTED_AT_MOST = 1_000
"""What is counted for each state: a number beyond it helps nobody."""


@dataclass(frozen=True)
class Listed:
    """One page of the messages of a connection; `older` is the number after which the next page goes on."""

    connection: Connection
    messages: Sequence[InterfaceMessage]
    older: int | None


def connection_of(session: Session, slug: str) -> Connection:
    """The connection of this name. Missing when there is none."""
    found = session.scalar(select(Connection).where(Connection.slug == slug))
    if found is None:
        raise Missing(N_("There is no such connection"))
    return found


def messages(session: Session, act: Act, slug: str, status: str = "", before: int | None = None) -> Listed:
    """A page of them, of one state or of all; what they say is not opened."""
    connection = connection_of(session, slug)
    chosen = select(InterfaceMessage).options(defer(InterfaceMessage.raw_sealed))
    chosen = chosen.where(InterfaceMessage.connection_id == connection.id)
    if status:
        chosen = chosen.where(InterfaceMessage.status == status)
    if before is not None:
        chosen = chosen.where(InterfaceMessage.id < before)
    rows = session.scalars(chosen.order_by(InterfaceMessage.id.desc()).limit(PAGE + 1)).all()
    audit.note(session, "R", InterfaceMessage.__tablename__, [row.id for row in rows[:PAGE]])
    session.expunge_all()
    return Listed(connection, rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def to_see_to(session: Session, act: Act) -> list[tuple[Connection, Counter[str]]]:
    """Every connection, with how many of its messages wait and how many are set aside, counted to a thousand."""
    audit.nothing_happened(session)
    found = []
    for connection in session.scalars(select(Connection).order_by(Connection.slug)).all():
        counts = Counter({state: counted(session, connection.id, state) for state in ("waiting", "set-aside")})
        found.append((connection, counts))
    session.expunge_all()
    return found


def counted(session: Session, connection_id: int, status: str) -> int:
    """How many messages of a state, up to a thousand."""
    some = (
        select(InterfaceMessage.id)
        .where(InterfaceMessage.connection_id == connection_id, InterfaceMessage.status == status)
        .limit(COUNTED_AT_MOST)
    )
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0
