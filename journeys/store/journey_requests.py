"""What steps of journeys ask of other journeys."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base, Identified
from journeys.store.columns import OfPatient, one_of, together

START = "start"
STOP = "stop"
STARTED = "started"
NOT_LET_IN = "not-let-in"
STOPPED = "stopped"


class JourneyRequest(Identified, OfPatient, Base):
    """One enrolment asks that its patient begins or leaves another journey, given by its slug.

    `outcome` is what became of it, null until the same transaction has seen to it; `started_id` is the enrolment that
    began. A step asks once for each visit.
    """

    __tablename__ = "journey_request"
    __table_args__ = (
        one_of("action", START, STOP),
        one_of("outcome", STARTED, NOT_LET_IN, STOPPED),
        together("focus_kind", "focus_id"),
        Index("ix_journey_request_of_step", "enrolment_id", "step", "visit", unique=True),
        Index("ix_journey_request_started", "started_id"),
    )

    enrolment_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("enrolment.id"))
    step: Mapped[str]
    visit: Mapped[int]
    focus_kind: Mapped[str | None]
    focus_id: Mapped[int | None]
    action: Mapped[str]
    journey: Mapped[str]
    asked_at: Mapped[dt.datetime]
    outcome: Mapped[str | None]
    started_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("enrolment.id"))
