"""Which published versions of journeys belong to a group, in which higher priority holds the others back."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base


class JourneyGroup(Base):
    """The group of one version, and the priority that it has there; a version of no group has no row.

    Both stand in the version's content as well: here a statement finds them without reading it.
    """

    __tablename__ = "journey_group"
    __table_args__ = (
        CheckConstraint("priority BETWEEN 0 AND 100", name="priority_in_range"),
        Index("ix_journey_group_name", "name", "priority"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("definition_version.id"), primary_key=True)
    name: Mapped[str]
    priority: Mapped[int]
