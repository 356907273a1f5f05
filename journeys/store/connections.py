"""Connections to other systems, every message that came over them as it came, and what was made of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.secrets import Sealed
from journeys.foundation.tables import Base, Identified, Texts
from journeys.store.columns import RowVersioned, one_of, together

HL7_V2 = "hl7-v2"
FHIR_R4 = "fhir-r4"
CONNECTION_KINDS = (HL7_V2, FHIR_R4)

MESSAGE_STATUSES = ("waiting", "applied", "set-aside", "settled", "refused")
"""`set-aside` is for a person, with its problems, and `settled` by one; `refused` was refused at the door."""


class Connection(Identified, RowVersioned, Base):
    """A system beside Waymark: what it brings is of `source_id`, and whom nobody knows joins `location_id`.

    `settings` by kind; of HL7 v2: `port` (where it may send to), `zone`, `region`, `character_set`, `senders`
    (`APP|FACILITY`, any when empty), `authorities` and `codes` (see `sync.hl7.mapping.telling.Habits`); of FHIR R4
    see `sync.fhir.server.Server`.
    """

    __tablename__ = "connection"
    __table_args__ = (one_of("kind", *CONNECTION_KINDS),)

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Texts]
    kind: Mapped[str]
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    location_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("location.id"))
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))


class InterfaceMessage(Identified, Base):
    """One message as it came, sealed; the same bytes of the same sender are kept once, however often they come.

    `sender` (`APP|FACILITY`), `control_id` and `kind` (`ADT^A01`) are what its header says; `sent_at` what its sender
    says of when. `reuses_control_id` marks one whose sender gave its control id to another message before.
    `findings` are what was tolerated, `problems` what a person has to look at: codes, places and message ids, never
    values.
    """

    __tablename__ = "interface_message"
    __table_args__ = (
        UniqueConstraint("connection_id", "sender", "control_id", "body_hash"),
        one_of("status", *MESSAGE_STATUSES),
        together("settled_at", "settled_by"),
        CheckConstraint("length(body_hash) = 32", name="hash_is_sha256"),
        CheckConstraint("(status = 'settled') = (settled_at IS NOT NULL)", name="settled_by_a_person"),
        CheckConstraint("(status = 'applied') = (applied_at IS NOT NULL)", name="applied_at_a_time"),
        Index("ix_interface_message_newest", "connection_id", "id"),
        Index("ix_interface_message_waiting", "id", postgresql_where=text("status = 'waiting'")),
        Index("ix_interface_message_set_aside", "id", postgresql_where=text("status = 'set-aside'")),
    )

    connection_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("connection.id"))
    sender: Mapped[str]
    control_id: Mapped[str]
    kind: Mapped[str]
    sent_at: Mapped[dt.datetime | None]
    received_at: Mapped[dt.datetime]
    body_hash: Mapped[bytes]
    size: Mapped[int]
    status: Mapped[str] = mapped_column(default="waiting", server_default="waiting")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    repeats: Mapped[int] = mapped_column(default=0, server_default="0")
    reuses_control_id: Mapped[bool] = mapped_column(default=False, server_default="false")
    findings: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    problems: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    applied_at: Mapped[dt.datetime | None]
    settled_at: Mapped[dt.datetime | None]
    settled_by: Mapped[str | None]
    raw_sealed: Mapped[bytes]

    raw = Sealed()

    @property
    def counts_from(self) -> dt.datetime:
        """When it was sent, as far as that can be: nothing is sent after it has come, whatever its sender's clock says.
        Else one message of a clock in the future would count more than everything after it."""
        return min(self.sent_at or self.received_at, self.received_at)


class InterfaceEffect(Base):
    """What one message said of one record, and what became of it: an outcome of an import."""

    __tablename__ = "interface_effect"
    __table_args__ = (
        Index("ix_interface_effect_message", "message_id"),
        Index("ix_interface_effect_record", "source_id", "resource_type", "outside_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    message_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("interface_message.id"))
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    resource_type: Mapped[str]
    outside_id: Mapped[str]
    outcome: Mapped[str]
