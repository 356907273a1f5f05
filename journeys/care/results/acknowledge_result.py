"""Somebody has looked at a result, as it stands, and says so."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from journeys.care.results.finding import result_as_read, tell
from journeys.foundation.acting import Act
from journeys.foundation.errors import Stale
from journeys.store.clinical import DiagnosticReport


def acknowledge_result(session: Session, act: Act, uid: uuid.UUID, version: str) -> DiagnosticReport:
    """Keep who has acknowledged the result and when, and return it.

    `version` is what was read (`version_of`): Stale when a correction came meanwhile, which nobody has seen, and when
    somebody else was first.
    """
    result = result_as_read(session, uid, version)
    if result.acknowledged_at is not None:
        raise Stale("Somebody has acknowledged this result already")
    result.acknowledged_at = act.now
    result.acknowledged_by = act.by
    tell(session, act, result, "result.acknowledged", result.severity)
    return result
