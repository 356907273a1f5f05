"""How staff work: their skills and capacity, when they are away and who stands in, and whose tasks come first."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base, Identified
from journeys.store.columns import RowVersioned, one_of


class StaffWork(Identified, RowVersioned, Base):
    """What a member of staff is given by itself: work of queues whose `skills` they have, as long as their open tasks
    take no more than `capacity_minutes` together; null is without end."""

    __tablename__ = "staff_work"
    __table_args__ = (CheckConstraint("capacity_minutes >= 0", name="capacity_counted"),)

    username: Mapped[str] = mapped_column(unique=True)
    skills: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    capacity_minutes: Mapped[int | None]

    __mapper_args__ = {"version_id_col": RowVersioned.row_version}


class StaffAbsence(Identified, Base):
    """From when until when somebody is away; their open tasks go to `stand_in`, else back to their queues."""

    __tablename__ = "staff_absence"
    __table_args__ = (
        CheckConstraint("until_at > from_at", name="begins_before_it_ends"),
        CheckConstraint("stand_in <> username", name="somebody_else"),
        Index("ix_staff_absence_username", "username", "until_at"),
    )

    username: Mapped[str]
    from_at: Mapped[dt.datetime]
    until_at: Mapped[dt.datetime]
    stand_in: Mapped[str | None]
    kept_by: Mapped[str]


class QueuePriority(Base):
    """Tasks of a queue about patients of a segment come with this priority at least. `segment_id` is its definition."""

    __tablename__ = "queue_priority"
    __table_args__ = (
        UniqueConstraint("queue_id", "segment_id"),
        one_of("priority", "urgent", "asap"),
        Index("ix_queue_priority_segment_id", "segment_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    queue_id: Mapped[int] = mapped_column(ForeignKey("task_queue.id"))
    segment_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    priority: Mapped[str]
