"""How far the servers are read that connections of kind FHIR R4 lead to."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.secrets import Sealed
from journeys.foundation.tables import Base, Identified
from journeys.store.columns import one_of, together

SEARCH = "search"
HISTORY = "history"
WAYS = (SEARCH, HISTORY)


class FhirReading(Identified, Base):
    """The reading of one server: when next, who does it now (`claim`), what went wrong last (a code).

    `secret` is what opens the server: a password, a token or a private key. `skew_seconds` is how far its clock is
    ahead of ours, `capability` the summary of what it says it can do; `hinted_at`
    when it last said by itself that something changed.
    """

    __tablename__ = "fhir_reading"
    __table_args__ = (
        together("claim", "claimed_until"),
        CheckConstraint("failures >= 0", name="failures_counted"),
        Index("ix_fhir_reading_due", "next_at"),
    )

    connection_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("connection.id"), unique=True)
    next_at: Mapped[dt.datetime]
    tried_at: Mapped[dt.datetime | None]
    answered_at: Mapped[dt.datetime | None]
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    error: Mapped[str | None]
    claim: Mapped[uuid.UUID | None]
    claimed_until: Mapped[dt.datetime | None]
    test_asked_at: Mapped[dt.datetime | None]
    tested_at: Mapped[dt.datetime | None]
    capability: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    skew_seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    hinted_at: Mapped[dt.datetime | None]
    secret_sealed: Mapped[bytes | None]

    secret = Sealed()


class FhirWalk(Base):
    """How far one resource type is read in one way: by search for what changed, by history for what was deleted.

    `since` is the latest moment that the server gave to what was read to the end (its clock, never ours), `page` where
    a walk that has not ended goes on, and `highest` the latest moment that this walk has seen.
    """

    __tablename__ = "fhir_walk"
    __table_args__ = (
        UniqueConstraint("connection_id", "resource_type", "way"),
        one_of("way", *WAYS),
        CheckConstraint("pages >= 0", name="pages_counted"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    connection_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("connection.id"))
    resource_type: Mapped[str]
    way: Mapped[str]
    since: Mapped[dt.datetime | None]
    highest: Mapped[dt.datetime | None]
    page: Mapped[str | None]
    pages: Mapped[int] = mapped_column(default=0, server_default="0")
    next_at: Mapped[dt.datetime]
    walked_at: Mapped[dt.datetime | None]
    error: Mapped[str | None]
