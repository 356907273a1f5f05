"""What is known about a person, or one of their numbers, that few have and contact rules look at."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.secrets import Sealed
from journeys.foundation.tables import Base, Identified
from journeys.store.columns import FromSource, OfPatient, in_order, one_of
from journeys.store.contact import PURPOSES

BARS = (
    "legal-hold",
    "processing-restricted",
    "disclosure-restricted",
    "only-here",
    "confidential-service",
    "part-2-record",
    "objection",
    "complaint",
    "provider-block",
    "dnc-national",
    "dnc-state",
    "dnd",
    "double-opt-in-pending",
    "conversation",
)
"""Kinds that hold messages back; those of a merged record bind the kept one."""

PERMITS = ("hipaa-authorization", "part-2-consent", "unencrypted-accepted", "registers-checked")
"""Kinds without which some messages are held back; those of a merged record count for nothing."""

OF_A_NUMBER = ("only-here", "dnc-national", "dnc-state", "dnd", "registers-checked")
"""Kinds that say something about one number or address and must name it."""


class ContactMark(Identified, OfPatient, FromSource, Base):
    """One such fact, from-until; null purpose, medium and number: about every one. It is ended, never deleted.

    only-here: the patient asked to be reached at this number or address and at no other (45 CFR 164.522(b)) ·
    disclosure-restricted: a restriction that was agreed to (164.522(a)) · confidential-service: a minor's own care, of
    which guardians hear nothing · registers-checked: when the registers of people who want no calls were last asked
    about this number · conversation: a person is writing with the patient.
    """

    __tablename__ = "contact_mark"
    __table_args__ = (
        one_of("kind", *BARS, *PERMITS),
        one_of("purpose", *PURPOSES),
        in_order("from_at", "until_at"),
        CheckConstraint(
            "telecom_id IS NOT NULL OR kind NOT IN (" + ", ".join(f"'{kind}'" for kind in OF_A_NUMBER) + ")",
            name="names_its_number",
        ),
    )

    kind: Mapped[str]
    purpose: Mapped[str | None]
    channel: Mapped[str | None]
    telecom_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("patient_telecom.id"))
    from_at: Mapped[dt.datetime]
    until_at: Mapped[dt.datetime | None]
    source: Mapped[str]
    recorded_by: Mapped[str]
    evidence_sealed: Mapped[bytes | None]

    evidence = Sealed()
