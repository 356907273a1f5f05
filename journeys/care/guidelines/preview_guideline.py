"""How many patients a draft would mean, and how many of them would be due now: before it comes into force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.care.guidelines.check import guideline_problems
from journeys.care.guidelines.content import guideline_of
from journeys.care.guidelines.dating import Looking
from journeys.care.guidelines.publish_guideline import around_now
from journeys.care.guidelines.standing import STATUSES, standings
from journeys.criteria.limits import limited
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import refuse_errors


def preview_guideline(session: Session, act: Act, content: Mapping[str, Any]) -> dict[str, int]:
    """Status → how many of the patients that the act may see; Invalid with its problems, or when it takes too long."""
    around = around_now(session)
    refuse_errors(guideline_problems(content, around))
    stands = standings(guideline_of(content), Looking(act.now, around.known)).subquery("stands")
    with limited(session, "population"):
        rows = session.execute(select(stands.c.status, func.count()).group_by(stands.c.status)).all()
    counts = {status: int(number) for status, number in rows}
    audit.note(session, "R", "guideline.preview", detail=counts)
    return {status: counts.get(status, 0) for status in STATUSES}
