"""Other systems that may read Waymark by FHIR: their public keys, what each may ask for, and the proofs it used up.

Nothing here opens anything to whoever steals a dump: keys are public, and of an access token only a hash is kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, PrimaryKeyConstraint, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base, Identified
from journeys.store.columns import RowVersioned, in_order, together


class FhirClient(Identified, RowVersioned, Base):
    """A system that an administrator registered; its `slug` is the client id of SMART.

    `keys` is its JWK set, public parts only; `scopes` are SMART v2 (`system/Patient.rs`). It sees patients of its
    branches (`FhirClientBranch`), or of all where `every_branch`. One that is revoked stays: the audit names it.
    """

    __tablename__ = "fhir_client"
    __table_args__ = (
        together("revoked_at", "revoked_by"),
        CheckConstraint("cardinality(scopes) > 0", name="may_something"),
    )

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    keys: Mapped[dict[str, Any]] = mapped_column(JSONB)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    every_branch: Mapped[bool] = mapped_column(default=False, server_default="false")
    registered_at: Mapped[dt.datetime]
    registered_by: Mapped[str]
    revoked_at: Mapped[dt.datetime | None]
    revoked_by: Mapped[str | None]


class FhirClientBranch(Base):
    """A branch whose patients a system may see."""

    __tablename__ = "fhir_client_branch"
    __table_args__ = (
        PrimaryKeyConstraint("client_id", "location_id"),
        Index("ix_fhir_client_branch_location", "location_id"),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("fhir_client.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))


class FhirToken(Base):
    """An access token that was given out, as the SHA-256 of it, with what it opens until when."""

    __tablename__ = "fhir_token"
    __table_args__ = (
        CheckConstraint("length(hash) = 32", name="hash_is_sha256"),
        in_order("issued_at", "expires_at"),
        Index("ix_fhir_token_client", "client_id", "expires_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("fhir_client.id"))
    hash: Mapped[bytes] = mapped_column(unique=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    issued_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]


class FhirAssertion(Base):
    """A proof (JWT) that a system has shown, by the hash of its id (`jti`): it is good once."""

    __tablename__ = "fhir_assertion"
    __table_args__ = (
        PrimaryKeyConstraint("client_id", "jti_hash"),
        CheckConstraint("length(jti_hash) = 32", name="hash_is_sha256"),
        Index("ix_fhir_assertion_expires", "client_id", "expires_at"),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("fhir_client.id"))
    jti_hash: Mapped[bytes]
    expires_at: Mapped[dt.datetime]
