"""Somebody looked at two records that may be of one person: they are two, or it cannot be said yet."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Missing, Problem, Stale
from journeys.foundation.words import N_
from journeys.store.matches import DISTINCT, SAME, UNSURE, MatchCandidate
from journeys.store.people import Patient

ANSWERS = (DISTINCT, UNSURE)


def decide_match(session: Session, act: Act, uid: uuid.UUID, answer: str, row_version: int) -> MatchCandidate:
    """Keep the answer: `distinct` for good, `unsure` until somebody knows more. Stale when somebody answered first."""
    found = session.scalar(select(MatchCandidate).where(MatchCandidate.uid == uid).with_for_update())
    if found is None:
        raise Missing("There is no such pair")
    both = (found.patient_id, found.other_id)
    if len(session.scalars(select(Patient.id).where(Patient.id.in_(both))).all()) != len(both):
        raise Missing("There is no such pair")
    if answer not in ANSWERS:
        raise Invalid([Problem("answer", N_("Choose an answer."))])
    if found.row_version != row_version or found.status in (SAME, DISTINCT):
        raise Stale("Somebody decided about this pair first")
    found.status, found.decided_at, found.decided_by = answer, act.now, act.by
    session.flush()
    audit.note(session, "U", "match_candidate", [found.id], sorted(both), {"answer": answer})
    return found
