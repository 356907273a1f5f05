"""Who was let through a step that lets only so many through in a stretch of time."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base, Identified
from journeys.store.columns import OfPatient


class RatePass(Identified, OfPatient, Base):
    """One place in a stretch of time, taken by one visit of an enrolment.

    Places are numbered from 1, and each number is given once: of two workers who give it at the same time one is
    refused by the index, so that never more are let through than the step says.
    """

    __tablename__ = "rate_pass"
    __table_args__ = (
        CheckConstraint("place >= 1", name="place_counts_from_one"),
        Index("ix_rate_pass_place", "definition_id", "step", "began_at", "place", unique=True),
        Index("ix_rate_pass_of_step", "enrolment_id", "step", "visit", unique=True),
    )

    definition_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("definition.id"))
    step: Mapped[str]
    began_at: Mapped[dt.datetime]
    place: Mapped[int]
    enrolment_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("enrolment.id"))
    visit: Mapped[int]
