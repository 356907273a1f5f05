"""How likely visits are missed, as it was foretold, and the models that foretell it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base, Identified
from journeys.store.columns import OfPatient, one_of, together

LOW, MEDIUM, HIGH = "low", "medium", "high"
RISKS = (LOW, MEDIUM, HIGH)

POINTS, MODEL = "points", "model"

ASKED, FAILED, LEARNT, IN_FORCE, DECLINED, OVER = "asked", "failed", "learnt", "in-force", "declined", "over"
"""What becomes of a model: it is asked for, learnt or not, and a second person puts it in force or does not."""


class RiskModel(Identified, Base):
    """A model of attendance risk: `content` is data that nothing runs, `judged` its figures on the weeks after what it
    learnt from, `fingerprint` the SHA-256 of the content. One is in force at most."""

    __tablename__ = "risk_model"
    __table_args__ = (
        one_of("status", ASKED, FAILED, LEARNT, IN_FORCE, DECLINED, OVER),
        together("fingerprint", "content", "judged", "learnt_at"),
        together("answered_by", "answered_at"),
        CheckConstraint("status IN ('asked', 'failed') = (learnt_at IS NULL)", name="learnt_has_content"),
        CheckConstraint("status IN ('in-force', 'declined', 'over') = (answered_at IS NOT NULL)", name="answered"),
        Index("ix_risk_model_in_force", "status", unique=True, postgresql_where=text("status = 'in-force'")),
        Index("ix_risk_model_asked", "status", unique=True, postgresql_where=text("status = 'asked'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    status: Mapped[str]
    seed: Mapped[int]
    asked_at: Mapped[dt.datetime]
    asked_by: Mapped[str]
    learnt_at: Mapped[dt.datetime | None]
    content: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    fingerprint: Mapped[str | None]
    judged: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    answered_at: Mapped[dt.datetime | None]
    answered_by: Mapped[str | None]


class AttendanceRisk(OfPatient, Base):
    """What was last foretold of a visit before it: its class, by the points or by the model, and why.

    `points` stands always, `chance` where a model is in force, whichever of them is used. `reasons` are
    `{topic, raises}`, the strongest first. Steps that help read it; nothing that refuses may.
    """

    __tablename__ = "attendance_risk"
    __table_args__ = (
        one_of("risk", *RISKS),
        one_of("used", POINTS, MODEL),
        together("chance", "model_id"),
        CheckConstraint("chance BETWEEN 0 AND 1", name="chance_is_one"),
        CheckConstraint(f"used <> '{MODEL}' OR chance IS NOT NULL", name="model_foretells"),
    )

    appointment_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("appointment.id"), primary_key=True)
    foretold_at: Mapped[dt.datetime]
    risk: Mapped[str]
    used: Mapped[str]
    points: Mapped[int]
    chance: Mapped[float | None]
    model_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("risk_model.id"), index=True)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
