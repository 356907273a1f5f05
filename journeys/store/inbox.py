"""What arrives from outside, kept raw before anything is made of it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.secrets import Sealed
from journeys.foundation.tables import Base, Identified
from journeys.store.columns import one_of, together


class InboundDelivery(Identified, Base):
    """One delivery of a provider or system: raw and sealed, unique by its outside id, so a second delivery changes
    nothing. `account_id` is the channel's account whose provider brought it.

    Of a reply of somebody whom no record knows, `said` holds who wrote and what, as JSON, until somebody links it to a
    patient or sets it aside; `owner` (a username) finds out whose it is. `sender_token` is who wrote, as a blind token,
    where a page shows them again what they wrote. On such a page staff may answer somebody whom nobody knows: `answers`
    counts what they wrote to this reply, which `answered` holds as JSON, the last at `answered_at`.
    """

    __tablename__ = "inbound_delivery"
    __table_args__ = (
        UniqueConstraint("source", "outside_id"),
        one_of("status", "received", "applied", "ignored", "quarantined"),
        CheckConstraint("answers >= 0", name="answers_counted"),
        CheckConstraint("(answers = 0) = (answered_at IS NULL)", name="answered_at_a_time"),
        together("answered_at", "answered_sealed"),
        Index("ix_inbound_delivery_open", "received_at", postgresql_where=text("status = 'received'")),
        Index("ix_inbound_delivery_unknown", "id", postgresql_where=text("said_sealed IS NOT NULL")),
        Index("ix_inbound_delivery_sender", "sender_token", "id", postgresql_where=text("sender_token IS NOT NULL")),
    )

    source: Mapped[str]
    outside_id: Mapped[str]
    received_at: Mapped[dt.datetime]
    status: Mapped[str] = mapped_column(default="received", server_default="received")
    applied_at: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    error: Mapped[str | None]
    account_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("channel_account.id"))
    raw_sealed: Mapped[bytes]
    said_sealed: Mapped[bytes | None]
    sender_token: Mapped[bytes | None]
    owner: Mapped[str | None]
    answers: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    answered_at: Mapped[dt.datetime | None]
    answered_sealed: Mapped[bytes | None]

    raw = Sealed()
    said = Sealed()
    answered = Sealed()
