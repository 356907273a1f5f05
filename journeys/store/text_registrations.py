"""What networks say of texts that are registered with them, one by one, before they may go."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base, Identified
from journeys.store.columns import one_of

ASKED = "asked"
APPROVED = "approved"
REJECTED = "rejected"
WITHDRAWN = "withdrawn"

STATES = (ASKED, APPROVED, REJECTED, WITHDRAWN)


class TextRegistration(Identified, Base):
    """One statement about a template's version in one language on one medium; the newest holds, none is changed.

    It stands outside the content, so that a version stays what two people approved. `number` is what the network calls
    the text: the number of India's register, the name at Meta. `said_on` is the day on which the network, or the clinic
    that asked it, said so, `citation` where that can be read.
    """

    __tablename__ = "text_registration"
    __table_args__ = (
        one_of("state", *STATES),
        CheckConstraint(f"state <> '{APPROVED}' OR number IS NOT NULL", name="approved_has_number"),
        Index("ix_text_registration_text", "version_id", "medium", "language", "id"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("definition_version.id"))
    language: Mapped[str]
    medium: Mapped[str]
    state: Mapped[str]
    number: Mapped[str | None]
    said_on: Mapped[dt.date]
    citation: Mapped[str | None]
    recorded_at: Mapped[dt.datetime]
    recorded_by: Mapped[str]
