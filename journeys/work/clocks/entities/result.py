"""Results: final and not acknowledged, acknowledged and the patient not informed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import and_, func

from journeys.foundation.words import N_
from journeys.store.clinical import REPORTED, DiagnosticReport
from journeys.work.clocks.entities.base import Entity, State

IS_FINAL = and_(DiagnosticReport.needs_review, DiagnosticReport.status.in_(REPORTED))


def came_at(now: dt.datetime) -> Any:
    """SQL: when the result came, as it stands, by the clock of this house: what a source says of when it was issued
    puts nothing off."""
    return func.coalesce(DiagnosticReport.received_at, DiagnosticReport.recorded_at)


class PendingResult(Entity):
    """A report of tests or imaging that came in as news."""

    label = N_("Results")
    table = DiagnosticReport
    severity = DiagnosticReport.severity
    display = DiagnosticReport.display
    states = {
        "unacknowledged": State(
            N_("final and not acknowledged"),
            lambda now: and_(IS_FINAL, DiagnosticReport.acknowledged_at.is_(None)),
            came_at,
            of_deceased=True,
        ),
        "not-informed": State(
            N_("acknowledged and the patient not informed"),
            lambda now: and_(
                IS_FINAL, DiagnosticReport.acknowledged_at.is_not(None), DiagnosticReport.informed_at.is_(None)
            ),
            came_at,
        ),
    }
