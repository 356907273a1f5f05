"""Somebody writes down that nothing shall be done about a guideline for a patient until a day."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from journeys.care.guidelines.in_force import guideline_in_force
from journeys.care.guidelines.refusing import look_again, patient_here
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem, refuse_errors
from journeys.foundation.words import N_
from journeys.store.due import REFUSALS, DueRefusal

LONGEST_NOTE = 2_000
LONGEST = dt.timedelta(days=3_660)


def refuse_due(
    session: Session, act: Act, patient: uuid.UUID, slug: str, until_on: dt.date, reason: str, note: str | None = None
) -> DueRefusal:
    """Keep it and look at the patient at once; on that day it is due again by itself.

    Missing without such a patient or guideline, Invalid with all that is wrong: a refusal ends, and says why.
    """
    found = patient_here(session, patient)
    guideline = guideline_in_force(session, slug)
    problems = []
    if not act.now.date() < until_on <= (act.now + LONGEST).date():
        problems.append(Problem("until_on", N_("Choose a day ahead, at most ten years")))
    if reason not in REFUSALS:
        problems.append(Problem("reason", N_("Choose one of those that are offered")))
    if len(note or "") > LONGEST_NOTE:
        problems.append(Problem("note", N_("At most %(most)s characters"), {"most": LONGEST_NOTE}))
    refuse_errors(problems)
    refusal = DueRefusal(
        patient_id=found.id,
        guideline_id=guideline.id,
        refused_at=act.now,
        until_on=until_on,
        reason=reason,
        recorded_by=act.by,
        note=(note or "").strip() or None,
    )
    session.add(refusal)
    session.flush()
    audit.note(session, "C", "due_refusal", [refusal.id], [found.id], {"guideline": slug, "reason": reason})
    look_again(session, act, guideline, found)
    return refusal
