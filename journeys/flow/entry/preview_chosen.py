"""Says who of some chosen patients would come into a journey now, and why the others would not; changes nothing."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from journeys.flow.entry.choosing import Chosen, journey_in_force, judge_chosen
from journeys.foundation import audit
from journeys.foundation.acting import Act


def preview_chosen(session: Session, act: Act, slug: str, patients: Collection[uuid.UUID]) -> Chosen:
    """As `enrol_chosen` would find it at this moment. Missing and Invalid as there."""
    chosen = judge_chosen(session, act, journey_in_force(session, slug), patients)
    counts = {"journey": slug, "entering": len(chosen.entering), "held": len(chosen.held)}
    audit.note(session, "R", "enrolment.preview", detail=counts)
    return chosen
