"""How records belong together without being joined: branches that ask to see one, and FHIR's `Patient.link`."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base, Identified
from journeys.store.columns import OfPatient, one_of, together

ASKED, LINKED, REFUSED = "asked", "linked", "refused"
REASONS = ("here", "appointment", "call", "referral")

REPLACED_BY, REPLACES, REFER, SEE_ALSO = "replaced-by", "replaces", "refer", "seealso"
LINK_TYPES = (REPLACED_BY, REPLACES, REFER, SEE_ALSO)
"""FHIR's LinkType. The first two are what merges say (`patient.merged_into_id`), the others stand in `PatientLink`."""


class BranchLink(Identified, OfPatient, Base):
    """Somebody of a branch asked that it may see a patient of another one; somebody else answers."""

    __tablename__ = "branch_link"
    __table_args__ = (
        one_of("status", ASKED, LINKED, REFUSED),
        one_of("reason", *REASONS),
        together("answered_at", "answered_by"),
        CheckConstraint("(status = 'asked') = (answered_at IS NULL)", name="answered_unless_asked"),
        Index(
            "ix_branch_link_open", "patient_id", "location_id", unique=True, postgresql_where=text("status = 'asked'")
        ),
        Index("ix_branch_link_location", "location_id", "status"),
    )

    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    status: Mapped[str] = mapped_column(default=ASKED, server_default=ASKED)
    reason: Mapped[str]
    asked_at: Mapped[dt.datetime]
    asked_by: Mapped[str]
    answered_at: Mapped[dt.datetime | None]
    answered_by: Mapped[str | None]


class PatientLink(Identified, OfPatient, Base):
    """One record names another of the same person, and both stay in use: `refer` is to the one that says more of the
    person, `seealso` to one that is as good. `other_id` is a patient, who is never removed."""

    __tablename__ = "patient_link"
    __table_args__ = (
        one_of("kind", REFER, SEE_ALSO),
        together("ended_at", "ended_by"),
        CheckConstraint("other_id <> patient_id", name="of_two_records"),
        Index(
            "ix_patient_link_in_force", "patient_id", "other_id", unique=True, postgresql_where=text("ended_at IS NULL")
        ),
        Index("ix_patient_link_other", "other_id"),
    )

    other_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str]
    told_at: Mapped[dt.datetime]
    told_by: Mapped[str]
    ended_at: Mapped[dt.datetime | None]
    ended_by: Mapped[str | None]
