"""Counts who would come into the draft of a journey now, with the very SQL that enrolling uses; changes nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.flow.entry.enrol import chosen_now
from journeys.flow.entry.entering import candidates
from journeys.flow.entry.letting_in import chosen_by_events
from journeys.flow.proving.checking import problems_of
from journeys.flow.running.versions import PublishedJourney
from journeys.flow.text.catalogue import read_catalogue
from journeys.flow.text.definition import read
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import errors_in, refuse_errors
from journeys.store.configuration import Definition
from journeys.store.enrolments import Enrolment
from journeys.store.events import Event
from journeys.store.putting_in_force.definitions import JOURNEY, find

DAYS_BACK = 30


@dataclass(frozen=True)
class Preview:
    """How many would come in; the three numbers differ by who is kept out.

    chosen: of the segment or the rule, or of the matching events of the last 30 days (`by_events`) · entering: whom
    re-entry, goals and exits let in · standing: who is in the journey already.
    """

    chosen: int
    entering: int
    standing: int
    by_events: bool


def preview(session: Session, act: Act, slug: str) -> Preview:
    """Count for the draft; Invalid with every problem when it cannot be published yet."""
    definition = find(session, JOURNEY, slug)
    journey = as_if_published(session, definition)
    entry = journey.journey.head.entry
    by_events = entry.segment is None and entry.schedule is None
    if by_events:
        since = act.now - dt.timedelta(days=DAYS_BACK)
        recent = select(Event).where(Event.kind == entry.heard, Event.recorded_at >= since)
        chosen = chosen_by_events(act, journey, recent)
    else:
        chosen = chosen_now(session, act, journey)
    entering = candidates(act, journey, chosen, None)
    inside = select(func.count()).where(Enrolment.definition_id == definition.id, Enrolment.ended_at.is_(None))
    found = Preview(
        chosen=session.scalar(select(func.count()).select_from(chosen.subquery())) or 0,
        entering=session.scalar(select(func.count()).select_from(entering.subquery())) or 0,
        standing=session.scalar(inside) or 0,
        by_events=by_events,
    )
    audit.note(session, "R", "journey.preview", detail={"slug": slug, "entering": found.entering})
    return found


def as_if_published(session: Session, definition: Definition) -> PublishedJourney:
    """The draft with the segments in force now."""
    catalogue = read_catalogue(session, definition.slug)
    refuse_errors(errors_in(problems_of(definition.draft, catalogue)))
    return PublishedJourney(
        version_id=0,
        definition_id=definition.id,
        slug=definition.slug,
        journey=read(definition.draft),
        pins=catalogue.versions,
        known=catalogue.known,
        focus_of_segment={slug: content.get("focus") for slug, content in catalogue.segments.items()},
    )
