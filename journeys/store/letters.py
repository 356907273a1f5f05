"""Letters on their way to the post: batches that staff print and bring there."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base, Identified
from journeys.store.columns import together


class LetterBatch(Identified, Base):
    """Letters of one account that were made together; its messages name it. Printed once, then posted."""

    __tablename__ = "letter_batch"
    __table_args__ = (
        together("printed_at", "printed_by"),
        together("posted_at", "posted_by"),
        CheckConstraint("posted_at IS NULL OR printed_at IS NOT NULL", name="printed_before_posted"),
        CheckConstraint("letters > 0", name="letters_counted"),
    )

    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("channel_account.id"))
    letters: Mapped[int]
    made_at: Mapped[dt.datetime]
    made_by: Mapped[str]
    printed_at: Mapped[dt.datetime | None]
    printed_by: Mapped[str | None]
    posted_at: Mapped[dt.datetime | None]
    posted_by: Mapped[str | None]
