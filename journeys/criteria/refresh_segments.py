"""Brings every segment up to date with what has changed and with what time alone has changed, in one transaction.

Facts are caught up first; then each segment that reads nothing but facts is evaluated for the patients who changed and
for those for whom a date has passed one of its edges. What cannot be done so is named, for `refresh_segment`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    MetaData,
    Select,
    Table,
    and_,
    delete,
    false,
    func,
    insert,
    select,
    text,
    union,
)
from sqlalchemy.orm import Session

from journeys.criteria.facts.catch_up import LOCK, catch_up, moment_for
from journeys.criteria.facts.facts import Facts, read_facts
from journeys.criteria.facts.members import condition_on_facts, date_conditions, is_on_facts, is_true_now
from journeys.criteria.facts.recompute import CHANGED
from journeys.criteria.known import Known, known
from journeys.criteria.limits import limited
from journeys.criteria.membership.crossings import Days, days_begun, passed
from journeys.criteria.membership.fingerprint import fingerprint
from journeys.criteria.membership.order import in_order
from journeys.criteria.membership.states import (
    keep_changes,
    keep_failure,
    keep_missed,
    keep_quiet,
    rests,
    states_of,
    stopwatch,
)
from journeys.criteria.membership.swapping import Refreshed, difference_among, open_stays, swap
from journeys.criteria.refresh_segment import SECONDS, note
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.attempting import attempt
from journeys.store.configuration import Definition
from journeys.store.definitions import SEGMENT
from journeys.store.segment_states import SegmentState

MOST_CHANGED = 50_000
"""How many changed patients one transaction takes."""

CANDIDATE = Table("segment_candidate", MetaData(), Column("patient_id", BigInteger), schema="pg_temp")
MAKE = text("CREATE TEMPORARY TABLE IF NOT EXISTS segment_candidate (patient_id bigint) ON COMMIT DROP")
ANALYZE = text("ANALYZE pg_temp.segment_candidate")


@dataclass(frozen=True)
class Found:
    """What a round left: `whole` are the slugs for `refresh_segment`, in order; `is_more` asks for another round."""

    whole: list[str]
    is_more: bool


@dataclass
class Desk:
    """What one round works with; the days that began are worked out once for each moment of a last evaluation."""

    session: Session
    act: Act
    known: Known
    facts: Facts
    changed: int
    begun: dict[dt.datetime, dict[str, Days]] = field(default_factory=dict)

    def days_since(self, moment: dt.datetime) -> Mapping[str, Days]:
        """The zones in which a day has begun since a moment."""
        if moment not in self.begun:
            self.begun[moment] = days_begun(self.facts.zones, moment, self.act.now)
        return self.begun[moment]


def refresh_segments(session: Session, act: Act, limit: int = MOST_CHANGED) -> Found:
    """Catch the facts up for at most `limit` patients and move the members of every segment for whom that is enough.

    Where this clock is behind another worker's, the moment is that for which the facts were worked out.
    """
    session.execute(LOCK)
    in_force = known(session)
    caught = catch_up(session, act, limit)
    act = replace(act, now=moment_for(session, act.now))
    desk = Desk(session, act, in_force, read_facts(session), caught.count)
    states = states_of(session)
    segments = {each.slug: each for each in session.scalars(select(Definition).where(Definition.kind == SEGMENT))}
    whole, missed, quiet = [], [], []
    for slug in in_order(in_force.segments):
        state = states.get(segments[slug].id)
        if state is None:
            whole.append(slug)
        elif not is_current(desk, slug, state):
            missed.append(state.segment_id)
            if state.fingerprint != fingerprint(slug, in_force) or not rests(state, act):
                whole.append(slug)
        elif desk.changed or desk.days_since(state.evaluated_at):
            look_at_changes(desk, segments[slug], state)
        else:
            quiet.append(state.segment_id)
    for segment in segments.values():
        if segment.slug not in in_force.segments and segment.id in states:
            dissolve(session, act, segment)
    keep_quiet(session, act, quiet)
    keep_missed(session, missed if desk.changed else [])
    audit.nothing_happened(session)
    return Found(whole, caught.is_left)


def is_current(desk: Desk, slug: str, state: SegmentState) -> bool:
    """Whether looking at changes is enough: the members were true for this very rule, and it reads facts only."""
    return (
        not state.misses_changes
        and state.fingerprint == fingerprint(slug, desk.known)
        and state.evaluated_at <= desk.act.now
        and is_on_facts(desk.known.segments[slug], desk.known, desk.facts)
    )


def look_at_changes(desk: Desk, segment: Definition, state: SegmentState) -> None:
    """Evaluate one segment for whom it may have changed. A failure is kept, and costs the other segments nothing."""
    error = attempt(desk.session, partial(evaluate_changes, desk, segment, state.evaluated_at))
    if error is not None:
        keep_failure(desk.session, desk.act, segment.id, error)


def evaluate_changes(desk: Desk, segment: Definition, since: dt.datetime) -> None:
    """Move whom the changes since a moment have moved."""
    session, act = desk.session, desk.act
    with limited(session, segment.slug, SECONDS), stopwatch(session) as milliseconds:
        looked_at = choose(desk, segment.slug, since)
        refreshed = Refreshed(0, 0)
        if looked_at:
            refreshed = swap(session, act, segment, difference_among(segment.id, judged(desk, segment.slug)))
        mark = fingerprint(segment.slug, desk.known)
        keep_changes(session, act, segment.id, mark, refreshed, looked_at, milliseconds())
    note(segment.id, segment.slug, refreshed, session)


def dissolve(session: Session, act: Act, segment: Definition) -> None:
    """Let everybody leave a segment that is no longer in force, and forget its state."""
    staying = open_stays(segment.id).subquery("staying")
    refreshed = swap(session, act, segment, select(staying.c.patient_id, false()))
    session.execute(delete(SegmentState).where(SegmentState.segment_id == segment.id))
    note(segment.id, segment.slug, refreshed, session)


def choose(desk: Desk, slug: str, since: dt.datetime) -> int:
    """Put everybody who may have moved into the temporary table; how many they are."""
    session = desk.session
    session.execute(MAKE)
    session.execute(delete(CANDIDATE))
    session.execute(insert(CANDIDATE).from_select(["patient_id"], candidates(desk, slug, since)))
    session.execute(ANALYZE)
    return session.scalar(select(func.count()).select_from(CANDIDATE)) or 0


def candidates(desk: Desk, slug: str, since: dt.datetime) -> Select[Any]:
    """SELECT who changed, and for whom a date has passed an edge. Whoever is marked again comes with the next round."""
    changed = select(CHANGED.c.patient_id)
    begun = desk.days_since(since)
    if not begun:
        return changed
    rows = desk.facts.rows
    conditions = date_conditions(desk.known.segments[slug], desk.known, desk.facts)
    by_time = select(rows.c.patient_id).where(
        passed(conditions, rows, desk.facts.zones, begun), *is_true_now(rows, desk.act.now)
    )
    both = union(changed, by_time).subquery("moved")
    return select(both.c.patient_id)


def judged(desk: Desk, slug: str) -> Select[Any]:
    """SELECT each candidate and whether the rule `holds`; nobody without a row of facts is in a segment."""
    rows = desk.facts.rows
    holds = condition_on_facts(desk.known.segments[slug], desk.act.now, desk.known, desk.facts)
    has_facts = rows.c.patient_id.is_not(None)
    return select(CANDIDATE.c.patient_id, and_(has_facts, holds).label("holds")).select_from(
        CANDIDATE.outerjoin(rows, rows.c.patient_id == CANDIDATE.c.patient_id)
    )
