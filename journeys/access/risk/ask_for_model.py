"""Somebody asks for a model to be learnt from the visits as they are now, which calibrates it anew too."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
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
    asking = insert(RiskModel).values(status=ASKED, seed=seed, asked_at=act.now, asked_by=act.by)
    # a parameter would not be seen to be the condition of the index
    once = asking.on_conflict_do_nothing(index_elements=["status"], index_where=text(f"status = '{ASKED}'"))
    made = session.scalar(once.returning(RiskModel.id))
    if made is None:
        raise Invalid([Problem("model", N_("A model is being learnt already"))])
    row = session.get_one(RiskModel, made)
    audit.note(session, "C", RiskModel.__tablename__, ids=[row.id], detail={"seed": seed})
    ring_after_commit(session, LEARN)
    return row
