"""Puts everyone of a journey's segment, whom its re-entry rule allows, at the start of its live version.

All the time, or, where the journey has a schedule, whoever is in its segment or its rule at each of these times.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Select, cast, null, select
from sqlalchemy.orm import Session

from journeys.criteria.compile import focus_records
from journeys.criteria.facts.facts import read_facts
from journeys.criteria.facts.members import members
from journeys.flow.entry.bounds import stop_if_too_many
from journeys.flow.entry.entering import candidates, let_in
from journeys.flow.entry.occurring import begin, due_at, go_on, not_taken_yet
from journeys.flow.running.versions import PublishedJourney, published
from journeys.flow.text.catalogue import Defaults, read_defaults
from journeys.flow.text.definition import Entry
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Missing
from journeys.foundation.lanes import ALL_LANES, lock_lanes
from journeys.store.putting_in_force.definitions import JOURNEY, live_versions

MOST = 20_000


def enrol(session: Session, act: Act, slug: str, lanes: Iterable[int] = ALL_LANES, limit: int = MOST) -> int:
    """Enrol at most `limit` patients and return how many; call it again while it returns `limit`.

    Missing when no version of the journey is in force (paused journeys let nobody in); nobody when it went out of force
    while this waited for the lanes. A journey that is entered by events enrols nobody here, one with a schedule only at
    its times, and then in all lanes.
    """
    defaults = read_defaults(session)
    entry = entry_in_force(session, slug)
    if entry.schedule is None and entry.segment is None:
        audit.nothing_happened(session)
        return 0
    if entry.schedule is not None and due_at(session, act, slug, defaults.time_zone) is None:
        audit.nothing_happened(session)
        return 0
    wanted = sorted(set(lanes if entry.schedule is None else ALL_LANES))
    lock_lanes(session, wanted)
    # only now: whoever pauses, retires or publishes may have come first while the lanes were waited for
    version = live_versions(session, JOURNEY).get(slug)
    journey = None if version is None else published(session, [version.id])[version.id]
    if version is None or journey is None or journey.journey.head.entry != entry:
        audit.nothing_happened(session)
        return 0
    coming = Coming(journey, version.number, None if len(wanted) == len(ALL_LANES) else wanted, limit)
    if entry.schedule is None:
        return enrol_some(session, act, defaults, coming, chosen_now(session, act, journey))[0]
    return enrol_by_schedule(session, act, defaults, coming)


@dataclass(frozen=True)
class Coming:
    """Into which version, by its number too; of which lanes, None for all; and how many at most."""

    journey: PublishedJourney
    number: int
    lanes: list[int] | None
    limit: int


def entry_in_force(session: Session, slug: str) -> Entry:
    """Who comes in, as the version in force says. Missing when there is none."""
    version = live_versions(session, JOURNEY).get(slug)
    if version is None:
        raise Missing(f"There is no journey {slug} in force")
    return published(session, [version.id])[version.id].journey.head.entry


def enrol_by_schedule(session: Session, act: Act, defaults: Defaults, coming: Coming) -> int:
    """Let in whoever is meant at a moment of the schedule and has not come in by it yet; nobody when it is too late."""
    moment = due_at(session, act, coming.journey.slug, defaults.time_zone)
    occurrence = None if moment is None else begin(session, act, coming.journey, moment)
    if occurrence is None:
        audit.nothing_happened(session)
        return 0
    chosen = not_taken_yet(coming.journey, chosen_now(session, act, coming.journey), occurrence)
    new, is_stopped = enrol_some(session, act, defaults, coming, chosen)
    is_over = new < coming.limit and not is_stopped
    go_on(session, act, coming.journey, occurrence, new, is_over)
    return new


def enrol_some(session: Session, act: Act, defaults: Defaults, coming: Coming, chosen: Select[Any]) -> tuple[int, bool]:
    """Let in those of `chosen` who may come in, up to the limit; how many, and whether the journey was stopped."""
    who = candidates(act, coming.journey, chosen, coming.lanes)
    if stop_if_too_many(session, act, coming.journey, who):
        return 0, True
    new = len(let_in(session, act, defaults, coming.journey, who.limit(coming.limit)))
    if not new:
        audit.nothing_happened(session)
        return 0, False
    if new == coming.limit:
        ring_after_commit(session, "enrol")
    detail = {"journey": coming.journey.slug, "version": coming.number, "enrolled": new}
    audit.note(session, "C", "enrolment", detail=detail)
    return new, False


def chosen_now(session: Session, act: Act, journey: PublishedJourney) -> Select[Any]:
    """SELECT patient_id, focus_id of everyone whom the segment of the entry means, or its rule where it has none."""
    entry = journey.journey.head.entry
    if entry.segment is not None:
        return chosen_by_segment(session, act, journey)
    inside = members(entry.rule or {}, act.now, journey.known, read_facts(session)).subquery("members")
    return select(inside.c.patient_id, cast(null(), BigInteger).label("focus_id"))


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
