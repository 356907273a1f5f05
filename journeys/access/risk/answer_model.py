"""A second person puts a model in force whose gates hold, or declines it; or takes the one in force out again."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.access.risk.gates import may_be_used
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Forbidden, Invalid, Missing, Problem, Stale
from journeys.foundation.words import N_
from journeys.store.attendance import DECLINED, IN_FORCE, LEARNT, OVER, RiskModel
from journeys.store.putting_in_force.two_people import needs_two

ANSWERS = {LEARNT: (IN_FORCE, DECLINED), IN_FORCE: (OVER,)}
"""Status → what may become of it."""


def answer_model(session: Session, act: Act, uid: uuid.UUID, status: str) -> RiskModel:
    """Return the model. Forbidden to whoever asked for it, unless one person suffices; Invalid where a gate fails;
    Stale where somebody answered before."""
    row = session.scalar(select(RiskModel).where(RiskModel.uid == uid).with_for_update())
    if row is None:
        raise Missing("There is no such model")
    if status not in ANSWERS.get(row.status, ()):
        raise Stale("Somebody has answered already")
    if status == IN_FORCE:
        refuse_unless_good(session, act, row)
        make_room(session, row)
    row.status, row.answered_at, row.answered_by = status, act.now, act.by
    session.flush()
    detail = {"status": status, "fingerprint": row.fingerprint, "asked_by": row.asked_by}
    audit.note(session, "U", RiskModel.__tablename__, ids=[row.id], detail=detail)
    return row


def make_room(session: Session, row: RiskModel) -> None:
    """Take the model out that is in force so far, and say so."""
    before = session.scalar(select(RiskModel).where(RiskModel.status == IN_FORCE).with_for_update())
    if before is None:
        return
    before.status = OVER
    session.flush()
    detail = {"status": OVER, "fingerprint": before.fingerprint, "replaced_by": row.id}
    audit.note(session, "U", RiskModel.__tablename__, ids=[before.id], detail=detail)


def refuse_unless_good(session: Session, act: Act, row: RiskModel) -> None:
    """What stands between a model and its use."""
    if act.by == row.asked_by and needs_two(session):
        raise Forbidden("Whoever asked for a model does not approve it")
    if not may_be_used(row.judged or {}):
        raise Invalid([Problem("model", N_("A gate does not hold, so the points stay in use"))])
