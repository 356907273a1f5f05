"""Tells what would become of each line of a table of consents; nothing is written down."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from journeys.contact.consent_files.judging import Judged, judged_lines
from journeys.contact.consent_files.reading import Line
from journeys.foundation import audit
from journeys.foundation.acting import Act


def preview_consents(session: Session, act: Act, lines: Sequence[Line]) -> list[Judged]:
    """Every line in its order; the patients whose names it shows stand in the audit."""
    judged = judged_lines(session, act.now, lines)
    patients = sorted({each.patient.id for each in judged if each.patient is not None})
    audit.note(session, "R", "patient", patients, patients, {"what": "consent file"})
    return judged
