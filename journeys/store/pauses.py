"""Pauses of journeys: since when, by whom, and what was chosen for that which had gone stale."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base, Identified
from journeys.store.columns import one_of, together

PAUSING = "pausing"
PAUSED = "paused"
RESUMING = "resuming"
RESUMED = "resumed"


class JourneyPause(Identified, Base):
    """One pause of a journey; at most one of a journey is open.

    pausing (somebody who does not see every branch asked: the worker holds the rest) → paused → resuming (the worker
    lets those go on in batches who have gone stale) → resumed. `choices` is {version id: {step: {do, queue, days}}}.
    """

    __tablename__ = "journey_pause"
    __table_args__ = (
        one_of("status", PAUSING, PAUSED, RESUMING, RESUMED),
        together("resumed_by", "resumed_at"),
        CheckConstraint("(status IN ('pausing', 'paused')) = (resumed_at IS NULL)", name="stands_until_resumed"),
        Index("ix_journey_pause_open", "definition_id", unique=True, postgresql_where=text("status <> 'resumed'")),
        Index("ix_journey_pause_at_work", "id", postgresql_where=text("status IN ('pausing', 'resuming')")),
    )

    definition_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    status: Mapped[str] = mapped_column(default=PAUSED, server_default=PAUSED)
    paused_at: Mapped[dt.datetime]
    paused_by: Mapped[str]
    choices: Mapped[dict[str, Any] | None]
    resumed_at: Mapped[dt.datetime | None]
    resumed_by: Mapped[str | None]
