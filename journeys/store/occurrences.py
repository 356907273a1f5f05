"""When a journey that takes patients by a schedule has done so, and when it should have and could not."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base, Identified
from journeys.store.columns import in_order, one_of, together

DONE = "done"
MISSED = "missed"


class JourneyOccurrence(Identified, Base):
    """One moment of a journey's schedule, at most once for each journey.

    It goes on until everybody of that moment is in; `entered` counts them. Missed is what nobody could carry out in
    time, begun or not: it is never made up.
    """

    __tablename__ = "journey_occurrence"
    __table_args__ = (
        UniqueConstraint("definition_id", "planned_at"),
        one_of("outcome", DONE, MISSED),
        together("ended_at", "outcome"),
        in_order("planned_at", "began_at"),
        in_order("began_at", "ended_at"),
        CheckConstraint("entered >= 0", name="counted"),
    )

    definition_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("definition_version.id"))
    planned_at: Mapped[dt.datetime]
    began_at: Mapped[dt.datetime]
    entered: Mapped[int] = mapped_column(default=0, server_default="0")
    ended_at: Mapped[dt.datetime | None]
    outcome: Mapped[str | None]
