"""Somebody asks for a model to be learnt from the visits as they are now, which calibrates it anew too."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.access.risk.learning import SEED
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.attendance import ASKED, RiskModel

LEARN = "learn-risk"
"""The job that does it."""


def ask_for_model(session: Session, act: Act, seed: int = SEED) -> RiskModel:
    """Return the question. Invalid while one is open: two who ask at once get one answer."""
    if session.scalar(select(RiskModel.id).where(RiskModel.status == ASKED).with_for_update()) is not None:
        raise Invalid([Problem("model", N_("A model is being learnt already"))])
    row = RiskModel(status=ASKED, seed=seed, asked_at=act.now, asked_by=act.by)
    session.add(row)
    session.flush()
    audit.note(session, "C", RiskModel.__tablename__, ids=[row.id], detail={"seed": seed})
    ring_after_commit(session, LEARN)
    return row
