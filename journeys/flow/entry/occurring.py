"""Which occurrence of a journey's schedule is to be carried out now; each is, once, however often this is asked.

An occurrence that nobody could carry out in time (no worker ran, the journey was paused) is made up within a day, and
of several only the newest; older ones are kept as missed. A version begins with the first one after it was published.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from journeys.flow.running.versions import PublishedJourney, published
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.enrolments import Enrolment
from journeys.store.occurrences import DONE, MISSED, JourneyOccurrence
from journeys.store.putting_in_force.definitions import JOURNEY, live_versions

MADE_UP_WITHIN = dt.timedelta(days=1)


def due_at(session: Session, act: Act, slug: str, zone: str) -> dt.datetime | None:
    """The newest moment of the schedule of a journey in force, a local time in `zone`.

    None without one, and where it was carried out or missed already or came before the version.
    """
    version = live_versions(session, JOURNEY)[slug]
    journey = published(session, [version.id])[version.id]
    schedule = journey.journey.head.entry.schedule
    if schedule is None:
        return None
    moment = schedule.latest(zone, act.now)
    if moment <= version.published_at:
        return None
    before = session.scalar(select(JourneyOccurrence).where(*is_occurrence(journey, moment)))
    return moment if before is None or before.ended_at is None else None


def begin(session: Session, act: Act, journey: PublishedJourney, moment: dt.datetime) -> JourneyOccurrence | None:
    """The occurrence of a moment, to let patients in by; None when it is too late for it.

    The caller holds every lane, so that nobody else does the same.
    """
    mine = JourneyOccurrence.definition_id == journey.definition_id
    unfinished = (mine, JourneyOccurrence.planned_at < moment, JourneyOccurrence.ended_at.is_(None))
    session.execute(update(JourneyOccurrence).where(*unfinished).values(ended_at=act.now, outcome=MISSED))
    occurrence = session.scalar(select(JourneyOccurrence).where(*is_occurrence(journey, moment)))
    if occurrence is None:
        occurrence = JourneyOccurrence(
            definition_id=journey.definition_id,
            version_id=journey.version_id,
            planned_at=moment,
            began_at=act.now,
            entered=0,
        )
        session.add(occurrence)
    if act.now - moment <= MADE_UP_WITHIN:
        session.flush()
        return occurrence
    end(session, act, journey, occurrence, MISSED)
    return None


def go_on(
    session: Session, act: Act, journey: PublishedJourney, occurrence: JourneyOccurrence, new: int, is_over: bool
) -> None:
    """Count who has come in; with `is_over` everybody is."""
    occurrence.entered += new
    session.flush()
    if is_over:
        end(session, act, journey, occurrence, DONE)


def end(session: Session, act: Act, journey: PublishedJourney, occurrence: JourneyOccurrence, outcome: str) -> None:
    """Close an occurrence, with what became of it in the audit."""
    occurrence.ended_at = act.now
    occurrence.outcome = outcome
    session.flush()
    detail = {"journey": journey.slug, "planned_at": occurrence.planned_at.isoformat(), "outcome": outcome}
    audit.note(session, "C", "journey.occurrence", [occurrence.id], detail={**detail, "enrolled": occurrence.entered})


def not_taken_yet(journey: PublishedJourney, chosen: Select[Any], occurrence: JourneyOccurrence) -> Select[Any]:
    """SELECT patient_id, focus_id of those of `chosen` whom this occurrence has not let in yet."""
    meant = chosen.subquery("meant")
    taken = select(Enrolment.id).where(
        Enrolment.definition_id == journey.definition_id,
        Enrolment.patient_id == meant.c.patient_id,
        Enrolment.focus_id.is_not_distinct_from(meant.c.focus_id),
        Enrolment.entered_at >= occurrence.began_at,
    )
    return select(meant.c.patient_id, meant.c.focus_id).where(~taken.exists())


def is_occurrence(journey: PublishedJourney, moment: dt.datetime) -> tuple[Any, ...]:
    """SQL: whether a row is the journey's occurrence of a moment."""
    return (JourneyOccurrence.definition_id == journey.definition_id, JourneyOccurrence.planned_at == moment)
