"""How many occurrences stand open by each guideline, by status: one statement."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.due import DueItem


def due_counts(session: Session, act: Act) -> dict[int, dict[str, int]]:
    """Guideline id → status → how many, of the patients that the act may see."""
    audit.nothing_happened(session)
    rows = (
        select(DueItem.guideline_id, DueItem.status, func.count())
        .where(DueItem.closed_at.is_(None), DueItem.guideline_id.is_not(None))
        .group_by(DueItem.guideline_id, DueItem.status)
    )
    found: dict[int, dict[str, int]] = {}
    for guideline_id, status, number in session.execute(rows):
        found.setdefault(int(guideline_id or 0), {})[status] = int(number)
    return found
