"""When each segment was evaluated last, how, and what it cost."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base
from journeys.store.columns import one_of, together


class SegmentState(Base):
    """The last evaluation of one segment, and the last one that failed, if it failed since.

    `evaluated_at` is the moment for which the members are true; `fingerprint` (hex) tells what was evaluated: the rule
    with everything that it names. `how` is `all` when every patient was looked at, `changes` when only those were whose
    facts changed or whose dates passed an edge; `looked_at` counts them. `milliseconds` is the database's own time, a
    part of it where several were looked at together.
    `misses_changes` says that patients changed since without being looked at, so that everybody has to be.
    """

    __tablename__ = "segment_state"
    __table_args__ = (
        one_of("how", "all", "changes"),
        together("failed_at", "error"),
        CheckConstraint("members >= 0 AND looked_at >= 0 AND milliseconds >= 0", name="counted"),
    )

    segment_id: Mapped[int] = mapped_column(ForeignKey("definition.id"), primary_key=True, autoincrement=False)
    fingerprint: Mapped[str]
    evaluated_at: Mapped[dt.datetime]
    how: Mapped[str]
    members: Mapped[int]
    looked_at: Mapped[int]
    entered_count: Mapped[int]
    left_count: Mapped[int]
    milliseconds: Mapped[int]
    misses_changes: Mapped[bool] = mapped_column(default=False, server_default="false")
    failed_at: Mapped[dt.datetime | None]
    error: Mapped[str | None]
