"""Who asked for something to be put in force, on what evidence, and what a second person answered."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base, Identified
from journeys.store.columns import in_order, one_of, together


class DefinitionReview(Identified, Base):
    """One question for approval of a definition, open until it is answered, and never changed afterwards.

    `fingerprint` (hex SHA-256) is of `judged_by`: the draft with everything that it was judged by, kept to say what has
    changed since (null: asked before that was kept). After `expires_at` nobody may approve it. `verdict` is approved,
    declined, or overtaken by a newer question; `version_id` is what came into force. Journeys alone let patients in:
    `entering` is how many would have come in when it was asked, `most_a_day` how many may within 24 hours.
    """

    __tablename__ = "definition_review"
    __table_args__ = (
        one_of("verdict", "approved", "declined", "overtaken"),
        together("closed_at", "closed_by", "verdict"),
        together("entering", "most_a_day"),
        in_order("asked_at", "expires_at"),
        CheckConstraint("entering >= 0 AND most_a_day > 0", name="counted"),
        CheckConstraint(
            "coalesce(verdict = 'approved', false) = (version_id IS NOT NULL)", name="approved_has_version"
        ),
        Index("ix_definition_review_open", "definition_id", unique=True, postgresql_where=text("closed_at IS NULL")),
        Index("ix_definition_review_version", "version_id", "closed_at"),
    )

    definition_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    asked_at: Mapped[dt.datetime]
    asked_by: Mapped[str]
    fingerprint: Mapped[str]
    judged_by: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    expires_at: Mapped[dt.datetime]
    entering: Mapped[int | None]
    most_a_day: Mapped[int | None]
    closed_at: Mapped[dt.datetime | None]
    closed_by: Mapped[str | None]
    verdict: Mapped[str | None]
    note: Mapped[str | None]
    version_id: Mapped[int | None] = mapped_column(ForeignKey("definition_version.id"))
