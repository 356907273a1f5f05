"""What is told to other systems: a message for each change of an appointment that was booked here."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.secrets import Sealed
from journeys.foundation.tables import Base, Identified
from journeys.store.columns import one_of, together

OUTGOING_EVENTS = ("S12", "S13", "S15", "S26")
"""Booked, moved, called off, missed (HL7 table 0003)."""

OUTGOING_STATUSES = ("waiting", "sending", "sent", "unchanged", "set-aside", "settled")
"""`unchanged` would have told its receiver what was told already; `set-aside` is for a person, `settled` by one."""


class OutgoingMessage(Identified, Base):
    """One message to a system, noted by the database in the transaction of the change that it tells of.

    It is written (`raw`) when it is first to leave, and stays so: its control id comes from `uid`, so that a receiver
    knows a repetition. `content_hash` is of what it says besides its own name and time. `start_at` is when the
    appointment begins after the change. `refusals` counts answers that asked for another attempt (AE); `error` is a
    code, never what the other side said.
    """

    __tablename__ = "outgoing_message"
    __table_args__ = (
        one_of("event", *OUTGOING_EVENTS),
        one_of("status", *OUTGOING_STATUSES),
        together("claim", "claimed_until"),
        together("content_hash", "raw_sealed"),
        together("settled_at", "settled_by"),
        CheckConstraint("(status = 'sending') = (claim IS NOT NULL)", name="claimed_while_sending"),
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent_at_a_time"),
        CheckConstraint("(status = 'settled') = (settled_at IS NOT NULL)", name="settled_by_a_person"),
        CheckConstraint("status <> 'sent' OR raw_sealed IS NOT NULL", name="sent_is_written"),
        CheckConstraint("refusals BETWEEN 0 AND attempts", name="attempts_counted"),
        Index("ix_outgoing_message_connection", "connection_id", "id"),
        Index("ix_outgoing_message_appointment", "appointment_id", "id"),
        Index(
            "ix_outgoing_message_waiting",
            "connection_id",
            "id",
            postgresql_where=text("status IN ('waiting', 'sending')"),
        ),
    )

    connection_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("connection.id"))
    appointment_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("appointment.id"))
    event: Mapped[str]
    start_at: Mapped[dt.datetime]
    noted_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    status: Mapped[str] = mapped_column(default="waiting", server_default="waiting")
    not_before: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    refusals: Mapped[int] = mapped_column(default=0, server_default="0")
    claim: Mapped[uuid.UUID | None]
    claimed_until: Mapped[dt.datetime | None]
    content_hash: Mapped[bytes | None]
    error: Mapped[str | None]
    sent_at: Mapped[dt.datetime | None]
    settled_at: Mapped[dt.datetime | None]
    settled_by: Mapped[str | None]
    raw_sealed: Mapped[bytes | None]

    raw = Sealed()
