"""Brings every segment up to date with what has changed and with what time alone has changed, in one transaction.

Facts are caught up first; then all segments that read nothing but facts are evaluated together for the patients who
changed and for those for whom a date has passed one of their edges. What cannot be done so is named, for
`refresh_segment`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from sqlalchemy import delete, false, literal, select
from sqlalchemy.orm import Session

from journeys.criteria.facts.catch_up import catch_up
from journeys.criteria.facts.facts import read_facts
from journeys.criteria.facts.recompute import begin as have_nobody
from journeys.criteria.known import Known, known
from journeys.criteria.limits import limited
from journeys.criteria.membership.crossings import Days, conditions_of, days_begun, passed_values
from journeys.criteria.membership.fingerprint import fingerprint
from journeys.criteria.membership.judging import SEGMENTS, edges_of, kept_among
from journeys.criteria.membership.moving import edge_values
from journeys.criteria.membership.order import in_order
from journeys.criteria.membership.states import (
    Segment,
    keep_changes,
    keep_failure,
    keep_missed,
    keep_quiet,
    rests,
    segments_of,
)
from journeys.criteria.membership.swapping import Swapped, kept, open_stays, swap
from journeys.criteria.membership.understood import Meaning, Understood, understood
from journeys.criteria.refresh_segment import SECONDS, note
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.attempting import attempt
from journeys.store.segment_states import SegmentState

MOST_CHANGED = 50_000
"""How many changed patients one transaction takes."""


@dataclass(frozen=True)
class Found:
    """What a round left: `whole` are the slugs for `refresh_segment`, in order; `is_more` asks for another round."""

    whole: list[str]
    is_more: bool


@dataclass(frozen=True)
class Due:
    """A segment whose members may have changed; its fingerprint, and what its rule means."""

    segment: Segment
    mark: str
    meaning: Meaning


@dataclass
class Desk:
    """What one round works with; the days that began are worked out once for each moment of a last evaluation."""

    session: Session
    act: Act
    known: Known
    understood: Understood
    changed: int
    begun: dict[dt.datetime, dict[str, Days]] = field(default_factory=dict)

    def days_since(self, moment: dt.datetime) -> Mapping[str, Days]:
        """The zones in which a day has begun since a moment."""
        if moment not in self.begun:
            self.begun[moment] = days_begun(self.understood.facts.zones, moment, self.act.now)
        return self.begun[moment]


def refresh_segments(session: Session, act: Act, limit: int = MOST_CHANGED) -> Found:
    """Catch the facts up for at most `limit` patients and move the members of every segment for whom that is enough.

    Where this clock is behind another worker's, the moment is that for which the facts were worked out.
    """
    caught = catch_up(session, act, limit)
    in_force = caught.known or known(session)
    act = replace(act, now=caught.moment)
    desk = Desk(session, act, in_force, understood(read_facts(session)), caught.count)
    segments = segments_of(session)
    whole, missed, quiet, due = [], [], [], []
    for slug in in_order(in_force.segments):
        segment = segments[slug]
        mark = fingerprint(slug, in_force)
        if segment.state is None:
            whole.append(slug)
        elif not is_current(desk, segment, mark):
            missed.append(segment.id)
            if segment.state.fingerprint != mark or not rests(segment.state, act):
                whole.append(slug)
        elif desk.changed or desk.days_since(segment.state.evaluated_at):
            due.append(Due(segment, mark, desk.understood.meaning(slug, mark, in_force)))
        else:
            quiet.append(segment.id)
    look_at_changes(desk, due)
    for segment in segments.values():
        if segment.slug not in in_force.segments and segment.state is not None:
            dissolve(session, act, segment)
    keep_quiet(session, act, quiet)
    keep_missed(session, missed if desk.changed else [])
    audit.nothing_happened(session)
    return Found(whole, caught.is_left)


def is_current(desk: Desk, segment: Segment, mark: str) -> bool:
    """Whether looking at changes is enough: the members were true for this very rule, and it reads facts only."""
    state = segment.state
    return (
        not state.misses_changes
        and state.fingerprint == mark
        and state.evaluated_at <= desk.act.now
        and desk.understood.meaning(segment.slug, mark, desk.known).is_on_facts
    )


def look_at_changes(desk: Desk, due: Sequence[Due]) -> None:
    """Evaluate segments for whom they may have changed, together; where that fails, each by itself.

    A failure is kept with its segment, and costs the other segments nothing.
    """
    if not due:
        return
    error = attempt(desk.session, partial(evaluate_changes, desk, due))
    if error is None:
        return
    if len(due) == 1:
        keep_failure(desk.session, desk.act, due[0].segment.id, error)
        return
    for each in due:
        look_at_changes(desk, [each])


def evaluate_changes(desk: Desk, due: Sequence[Due]) -> None:
    """Move whom the changes since the last evaluations have moved."""
    session, act = desk.session, desk.act
    segments = [each.segment.id for each in due]
    place = ", ".join(each.segment.slug for each in due)
    with limited(session, place, SECONDS) as begin:
        found = difference(desk, due)
        keep_changes(session, act, segments, found.moved, found.looked_at, begin)
    for each in due:
        if each.segment.id in found.moved:
            note(each.segment.id, each.segment.slug, found.moved[each.segment.id], session)


def dissolve(session: Session, act: Act, segment: Segment) -> None:
    """Let everybody leave a segment that is no longer in force, and forget its state."""
    staying = open_stays(segment.id).subquery("staying")
    leaving = select(literal(segment.id), staying.c.patient_id, false())
    moved = swap(session, act, [segment.id], kept(leaving)).moved
    session.execute(delete(SegmentState).where(SegmentState.segment_id == segment.id))
    for refreshed in moved.values():
        note(segment.id, segment.slug, refreshed, session)


def difference(desk: Desk, due: Sequence[Due]) -> Swapped:
    """Write who enters and who leaves, among CHANGED and among those for whom a date has passed an edge.

    The days that began are those since the oldest of the last evaluations: whoever is looked at once more than was
    needed does no harm. The statement is made once for the same segments.
    """
    begun = desk.days_since(min(each.segment.state.evaluated_at for each in due))
    dates = conditions_of(each.meaning.dates for each in due) if begun else ()
    if not desk.changed:
        if not dates:
            return Swapped({}, 0)
        have_nobody(desk.session)
    meanings = [each.meaning for each in due]
    rows, zones = desk.understood.facts.rows, desk.understood.facts.zones
    marks = (*[each.mark for each in due], "begun" if dates else "")
    statement = desk.understood.statement(marks, lambda: kept_among(meanings, rows, dates))
    segments = [each.segment.id for each in due]
    values = {"now": desk.act.now, SEGMENTS.key: segments, **edge_values(edges_of(meanings), zones, desk.act.now)}
    if dates:
        values |= passed_values(dates, zones, begun)
    return swap(desk.session, desk.act, segments, statement, values)
