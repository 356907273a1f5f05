"""Stops a journey that would let in more patients within a day than was approved, before anybody is let in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from journeys.flow.pauses.holding import hold
from journeys.flow.running.versions import PublishedJourney
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.configuration import Definition
from journeys.store.enrolments import Enrolment
from journeys.store.reviews import DefinitionReview

A_DAY = dt.timedelta(days=1)
TOO_MANY = "too-many"


def stop_if_too_many(session: Session, act: Act, journey: PublishedJourney, who: Select[Any]) -> bool:
    """Whether `who` (patient_id, focus_id) may not come in: together with the last 24 hours they are too many.

    The journey is paused then, with the numbers, unless somebody else is changing it at this moment. A version that
    nobody approved, which only a pack can bring, has no bounds.
    """
    most = approved_most(session, journey.version_id)
    if most is None:
        return False
    coming = counted(session, who, most)
    if not coming:
        return False
    mine = Enrolment.definition_id == journey.definition_id
    recent = counted(session, select(Enrolment.id).where(mine, Enrolment.entered_at > act.now - A_DAY), most)
    if coming + recent <= most:
        return False
    stop(session, act, journey, {"reason": TOO_MANY, "coming": coming + recent, "approved": most})
    return True


def approved_most(session: Session, version_id: int) -> int | None:
    """How many may come in within 24 hours, by the newest approval of a version; None without one."""
    return session.scalar(
        select(DefinitionReview.most_a_day)
        .where(DefinitionReview.version_id == version_id)
        .order_by(DefinitionReview.closed_at.desc(), DefinitionReview.id.desc())
        .limit(1)
    )


def counted(session: Session, rows: Select[Any], most: int) -> int:
    """How many rows there are, counted to one more than the bound."""
    return session.scalar(select(func.count()).select_from(rows.limit(most + 1).subquery())) or 0


def stop(session: Session, act: Act, journey: PublishedJourney, why: dict[str, Any]) -> None:
    """Pause the journey with the reason.

    Whoever stops it at this moment as well is not waited for: each could hold enrolments that the other needs.
    """
    running = select(Definition).where(Definition.id == journey.definition_id, Definition.status == "active")
    definition = session.scalar(running.with_for_update(skip_locked=True))
    if definition is None:
        return
    definition.stopped = {**why, "at": act.now.isoformat()}
    held = hold(session, act, definition)
    detail = {"slug": journey.slug, **why, "held": held}
    audit.note(session, "U", "journey", [definition.id], detail=detail, outcome="4")
