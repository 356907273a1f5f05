"""The patient was told of a result."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from journeys.care.results.finding import result_as_read, tell
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem, Stale
from journeys.foundation.words import N_
from journeys.store.clinical import WAYS_TO_INFORM, DiagnosticReport


def inform_patient(session: Session, act: Act, uid: uuid.UUID, version: str, how: str) -> DiagnosticReport:
    """Keep who told the patient, when and how, and return the result.

    Invalid when nobody has acknowledged it yet, or `how` is none of the known ways; Stale when a correction came
    meanwhile, or the patient was told already.
    """
    if how not in WAYS_TO_INFORM:
        raise Invalid([Problem("how", N_("Choose one of the list"))])
    result = result_as_read(session, uid, version)
    if result.acknowledged_at is None:
        raise Invalid([Problem("how", N_("Somebody has to acknowledge the result first"))])
    if result.informed_at is not None:
        raise Stale("The patient was told of this result already")
    result.informed_at = act.now
    result.informed_by = act.by
    result.informed_how = how
    tell(session, act, result, "result.patient-informed", how)
    return result
