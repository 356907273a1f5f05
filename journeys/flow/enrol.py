"""Puts everyone of a journey's segment, whom its re-entry rule allows, at the start of its live version."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Select, cast, null, select
from sqlalchemy.orm import Session

from journeys.criteria.compile import focus_records
from journeys.criteria.facts.facts import read_facts
from journeys.criteria.facts.members import members
from journeys.flow.bounds import stop_if_too_many
from journeys.flow.catalogue import read_defaults
from journeys.flow.entering import candidates, let_in
from journeys.flow.versions import PublishedJourney, published
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Missing
from journeys.foundation.lanes import ALL_LANES, lock_lanes
from journeys.store.definitions import JOURNEY, live_versions

MOST = 20_000


def enrol(session: Session, act: Act, slug: str, lanes: Iterable[int] = ALL_LANES, limit: int = MOST) -> int:
    """Enrol at most `limit` patients and return how many; call it again while it returns `limit`.

    Missing when no version of the journey is in force (paused journeys let nobody in); nobody when it went out of force
    while this waited for the lanes. A journey that is entered by events enrols nobody here.
    """
    wanted = sorted(set(lanes))
    if not is_entered_by_segment(session, slug):
        audit.nothing_happened(session)
        return 0
    lock_lanes(session, wanted)
    # only now: whoever pauses, retires or publishes may have come first while the lanes were waited for
    version = live_versions(session, JOURNEY).get(slug)
    if version is None:
        audit.nothing_happened(session)
        return 0
    journey = published(session, [version.id])[version.id]
    if journey.journey.head.entry.segment is None:
        audit.nothing_happened(session)
        return 0
    part = None if len(wanted) == len(ALL_LANES) else wanted
    who = candidates(act, journey, chosen_by_segment(session, act, journey), part)
    if stop_if_too_many(session, act, journey, who):
        return 0
    new = let_in(session, act, read_defaults(session), journey, who.limit(limit))
    if not new:
        audit.nothing_happened(session)
        return 0
    if len(new) == limit:
        ring_after_commit(session, "enrol")
    audit.note(session, "C", "enrolment", detail={"journey": slug, "version": version.number, "enrolled": len(new)})
    return len(new)


def is_entered_by_segment(session: Session, slug: str) -> bool:
    """Whether there is anything to enrol, as far as can be seen without the lanes. Missing when it is not in force."""
    version = live_versions(session, JOURNEY).get(slug)
    if version is None:
        raise Missing(f"There is no journey {slug} in force")
    journey = published(session, [version.id])[version.id]
    return journey.journey.head.entry.segment is not None


def chosen_by_segment(session: Session, act: Act, journey: PublishedJourney) -> Select[Any]:
    """SELECT patient_id, focus_id of everyone the segment means, as the journey was published with it."""
    slug = journey.journey.head.entry.segment or ""
    inside_now = members(journey.known.segments[slug], act.now, journey.known, read_facts(session))
    focus = journey.focus_of_segment[slug]
    if focus is None or journey.journey.head.focus is None:
        inside = inside_now.subquery("members")
        return select(inside.c.patient_id, cast(null(), BigInteger).label("focus_id"))
    records = focus_records(focus, act.now, journey.known).subquery("records")
    return select(records.c.patient_id, records.c.focus_id).where(records.c.patient_id.in_(inside_now))
