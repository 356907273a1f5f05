"""How a server stands: when it answered, how late its news came, what was read of each type."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.connections import Connection, InterfaceMessage
from journeys.store.fhir_reading import SEARCH, FhirReading, FhirWalk

LATELY = dt.timedelta(days=1)
MOST = 1_000
"""The newest messages that a lag is told of."""


@dataclass(frozen=True)
class Lag:
    """Seconds from a change there until it was applied here: of half of the news, and of nineteen in twenty."""

    half: float
    most: float
    of: int


@dataclass(frozen=True)
class Standing:
    """A server, its walks by type, and how late its news came of late (None without news)."""

    reading: FhirReading
    walks: Sequence[FhirWalk]
    lag: Lag | None

    @property
    def fresh_at(self) -> dt.datetime | None:
        """Up to when everything is known: the oldest of the moments at which each type was read to its end."""
        moments = [each.walked_at for each in self.walks if each.way == SEARCH]
        return min((each for each in moments if each is not None), default=None) if all(moments) else None


def standing(session: Session, act: Act, slug: str) -> Standing | None:
    """How the server of this connection stands; None for a connection of another kind."""
    audit.nothing_happened(session)
    found = session.execute(
        select(FhirReading, Connection)
        .join(Connection, Connection.id == FhirReading.connection_id)
        .where(Connection.slug == slug)
    ).one_or_none()
    if found is None:
        return None
    reading, connection = found
    walks = session.scalars(
        select(FhirWalk)
        .where(FhirWalk.connection_id == connection.id)
        .order_by(FhirWalk.resource_type, FhirWalk.way.desc())
    ).all()
    lag = lag_of(session, act.now, reading)
    session.expunge_all()
    return Standing(reading, walks, lag)


def lag_of(session: Session, now: dt.datetime, reading: FhirReading) -> Lag | None:
    """Of what changed after the first walk had ended, by the server's clock put right; the first load is no news."""
    message = InterfaceMessage
    since = func.coalesce(
        select(func.min(message.received_at)).where(message.connection_id == reading.connection_id).scalar_subquery(),
        now,
    )
    skew = dt.timedelta(seconds=reading.skew_seconds)
    took = extract("epoch", message.applied_at - message.sent_at) + reading.skew_seconds
    chosen = (
        select(took.label("took"))
        .where(
            message.connection_id == reading.connection_id,
            message.status == "applied",
            message.received_at > now - LATELY,
            message.sent_at > since + skew,
        )
        .order_by(message.id.desc())
        .limit(MOST)
        .subquery("news")
    )
    half, most = (func.percentile_cont(part).within_group(chosen.c.took) for part in (0.5, 0.95))
    row = session.execute(select(half.label("half"), most.label("most"), func.count().label("number"))).one()
    return Lag(max(float(row.half), 0), max(float(row.most), 0), row.number) if row.number else None
