"""Pairs of records that may be of one person, and the keys under which such records meet."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base, Identified
from journeys.store.columns import OfPatient, RowVersioned, one_of, together

OPEN, UNSURE, DISTINCT, SAME = "open", "unsure", "distinct", "same"
UNDECIDED = (OPEN, UNSURE)


class MatchKey(Base):
    """Blind keys made of several facts at once (a sound of a name with the birth date, a number, a house in a street):
    records that share one are compared, others never meet (`identity.keys`)."""

    __tablename__ = "match_key"
    __table_args__ = (PrimaryKeyConstraint("token", "patient_id"), Index(None, "patient_id"))

    token: Mapped[bytes] = mapped_column(LargeBinary)
    patient_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("patient.id"))


class MatchLook(Base):
    """Which state of a record was compared last: the `updated_at` that it had then."""

    __tablename__ = "match_look"
    __table_args__ = (Index("ix_match_look_state_at", "state_at"),)

    patient_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("patient.id"), primary_key=True, autoincrement=False)
    state_at: Mapped[dt.datetime]


class MatchCandidate(Identified, OfPatient, RowVersioned, Base):
    """Two records that may be of one person, the lesser id first, with what speaks for it (`score`, in hundredths
    of a bit) and what stands against it; and what somebody decided.

    open: nobody has looked · unsure: somebody looked and could not say · distinct: two persons, for good · same: one
    person, as a merge that somebody asked for says. `explanation` holds levels and weights, never what records say:
    `{"findings": [[attribute, level, weight]], "doubts": […]}`. `other_id` refers to a patient without a foreign key,
    as patients are never removed.
    """

    __tablename__ = "match_candidate"
    __table_args__ = (
        one_of("status", OPEN, UNSURE, DISTINCT, SAME),
        one_of("verdict", "certain", "possible"),
        together("decided_at", "decided_by"),
        CheckConstraint("patient_id < other_id", name="lesser_first"),
        CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="decided_unless_open"),
        Index("ix_match_candidate_pair", "patient_id", "other_id", unique=True),
        Index("ix_match_candidate_other", "other_id"),
        Index("ix_match_candidate_status", "status", "score", "id"),
    )

    other_id: Mapped[int] = mapped_column(BigInteger)
    score: Mapped[int]
    verdict: Mapped[str]
    explanation: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(default=OPEN, server_default=OPEN)
    found_at: Mapped[dt.datetime]
    decided_at: Mapped[dt.datetime | None]
    decided_by: Mapped[str | None]

    __mapper_args__ = {"version_id_col": RowVersioned.row_version}
