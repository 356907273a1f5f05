"""Enrolments that were set aside because a step of theirs failed, so that the others could move on."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base
from journeys.store.columns import OfPatient


class Setback(OfPatient, Base):
    """What failed last for one enrolment: `error` is the class of the exception, never its text.

    The enrolment is on hold; the row goes when somebody lets it try again. `step` is null where goals and exits failed.
    """

    __tablename__ = "setback"
    __table_args__ = (
        CheckConstraint("times > 0", name="happened"),
        Index("ix_setback_version", "version_id", "step"),
    )

    enrolment_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("enrolment.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("definition_version.id"))
    step: Mapped[str | None]
    error: Mapped[str]
    at: Mapped[dt.datetime]
    times: Mapped[int] = mapped_column(default=1, server_default="1")
