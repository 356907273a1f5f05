"""Where facts come from: source systems, their records as received, and the records that have no table of their own."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base, Identified, Texts
from journeys.store.columns import OfPatient, in_order


class Source(Identified, Base):
    """A system that records come from: an EMR, a file import, the demo clinic."""

    __tablename__ = "source"

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Texts]


class SourceRecord(Identified, Base):
    """A record of a source as it was received last: outside id, version, time, hash, and the whole content sealed.

    `raw_sealed` is the compressed (zlib) JSON, sealed for this row; `hash` (SHA-256 of the received content) tells an
    unchanged record without opening it. `other_hashes` are the hashes (32 bytes each) of contents that one delivery
    gave for the same record without saying which is newer: the first one counts. `patient_id` is null for records that
    are nobody's (places, staff), and for those whose patient has not arrived.
    """

    __tablename__ = "source_record"
    __table_args__ = (
        UniqueConstraint("source_id", "resource_type", "outside_id"),
        CheckConstraint("length(hash) = 32", name="hash_is_sha256"),
        Index("ix_source_record_patient", "patient_id", postgresql_where="patient_id IS NOT NULL"),
    )

    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    resource_type: Mapped[str]
    outside_id: Mapped[str]
    patient_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("patient.id", use_alter=True, name="fk_source_record_patient_id")
    )
    outside_version: Mapped[str | None]
    outside_updated_at: Mapped[dt.datetime | None]
    received_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    hash: Mapped[bytes]
    other_hashes: Mapped[bytes | None]
    raw_sealed: Mapped[bytes]


ACTIVE_ORDER = "resource_type = 'ServiceRequest' AND status = 'active'"
"""Which kept records are orders that nobody has done yet, as far as their source knows."""


class KeptRecord(Identified, OfPatient, Base):
    """A patient's record of a kind that has no table of its own (claims, documents, devices): kept whole, shown on
    the timeline, and found by rules.

    `is_beside` marks the order as its source sent it, beside a row of another table (a referral) that says more.
    """

    __tablename__ = "kept_record"
    __table_args__ = (
        in_order("starts_at", "ends_at"),
        Index("ix_kept_record_timeline", "patient_id", "at"),
        Index("ix_kept_record_ordered", "at", postgresql_where=text(ACTIVE_ORDER)),
        Index("ix_kept_record_code", "resource_type", "code"),
    )

    source_record_id: Mapped[int] = mapped_column(ForeignKey("source_record.id"), unique=True)
    resource_type: Mapped[str]
    at: Mapped[dt.datetime | None]
    status: Mapped[str | None]
    code_system: Mapped[str | None]
    code: Mapped[str | None]
    display: Mapped[str | None]
    intent: Mapped[str | None]
    category_system: Mapped[str | None]
    category: Mapped[str | None]
    do_not_perform: Mapped[bool] = mapped_column(default=False, server_default="false")
    reason_system: Mapped[str | None]
    reason_code: Mapped[str | None]
    starts_at: Mapped[dt.datetime | None]
    ends_at: Mapped[dt.datetime | None]
    is_beside: Mapped[bool] = mapped_column(default=False, server_default="false")
    recorded_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class SourceLink(Base):
    """What a source record names besides its patient: the order that it answers, the diagnosis of a visit.

    By id or alias token, as the source wrote it: it holds as soon as both records are there, in whatever order they
    came.
    """

    __tablename__ = "source_link"
    __table_args__ = (
        CheckConstraint("num_nonnulls(outside_id, token) > 0", name="leads_somewhere"),
        Index("ix_source_link_record", "source_record_id", "name"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    source_record_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("source_record.id"))
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    name: Mapped[str]
    resource_type: Mapped[str]
    outside_id: Mapped[str | None]
    token: Mapped[bytes | None]


class SourceAlias(Base):
    """Another way to name a source record than its id: blind tokens of its identifiers and its fullUrl."""

    __tablename__ = "source_alias"
    __table_args__ = (
        PrimaryKeyConstraint("source_record_id", "token"),
        Index("ix_source_alias_token", "source_id", "resource_type", "token"),
    )

    source_record_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("source_record.id"))
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    resource_type: Mapped[str]
    token: Mapped[bytes]


class AwaitedReference(Base):
    """A reference of a source record to one that has not arrived; when it does, the record is applied once more.

    `needed` is one without which the record has no row at all (its patient). Neither id nor token: the record only
    gave a name to show, so it waits until the source says more.
    """

    __tablename__ = "awaited_reference"
    __table_args__ = (
        Index("ix_awaited_reference_record", "source_record_id"),
        Index("ix_awaited_reference_target", "source_id", "resource_type", "outside_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    source_record_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("source_record.id"))
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    resource_type: Mapped[str]
    outside_id: Mapped[str | None]
    token: Mapped[bytes | None]
    needed: Mapped[bool]
