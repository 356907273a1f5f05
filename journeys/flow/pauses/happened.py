"""What happened to those whose time came while their journey was paused: it may end the waits that they come to next.

Whoever comes to a wait for an event is woken at once by one that happened since their last stay was over. So a message
behind such a wait is stale like any other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from journeys.flow.running.versions import PublishedJourney
from journeys.flow.steps.base import Rows
from journeys.flow.text.definition import Node
from journeys.store.enrolments import Enrolment
from journeys.store.events import Event

NO_TIME = dt.timedelta(0)
NOBODY = Rows(select(literal(1)).subquery("nobody"), dt.datetime.min.replace(tzinfo=dt.UTC))
"""Of no enrolments: the kinds of events that a step waits for do not hang on them."""

Place = tuple[int, str]
"""(version id, step)"""


class Standing(Protocol):
    """Where somebody stands whose time has come."""

    @property
    def version_id(self) -> int:
        """The version."""

    @property
    def step(self) -> str:
        """The step."""


def is_over(node: Node, port: str, kinds: AbstractSet[str]) -> bool:
    """Whether events of these kinds, which have happened, may let somebody leave a step as they come to it.

    What answers the step itself, such as a question or a task, cannot have happened before they came.
    """
    is_awaited = bool(kinds & set(node.step.waits_for(NOBODY)))
    return is_awaited and may_be_over(node, port)


def may_be_over(node: Node, port: str) -> bool:
    """Whether an event that has happened may let somebody leave a step by a port that takes time otherwise."""
    return node.step.pauses(port) and not node.step.writes and node.step.shortest(port) == NO_TIME


def happened_since(
    session: Session,
    now: dt.datetime,
    journeys: Mapping[int, PublishedJourney],
    standing: Sequence[Standing],
    on_hold: Iterable[ColumnElement[bool]],
) -> dict[Place, set[str]]:
    """The kinds of events since the time had come of those who stand at each step; at most one statement."""
    places = [(row.version_id, row.step) for row in standing if row.version_id in journeys]
    kinds = {kind for version_id, _ in places for kind in awaited(journeys[version_id])}
    if not kinds:
        return {}
    about = or_(Event.enrolment_id.is_(None), Event.enrolment_id == Enrolment.id)
    found = session.execute(
        select(Enrolment.version_id, Enrolment.step, Event.kind)
        .join(Event, Event.patient_id == Enrolment.patient_id)
        .where(
            *on_hold,
            Enrolment.due_at <= now,
            Event.kind.in_(sorted(kinds)),
            Event.recorded_at >= over_since(journeys, places),
            about,
        )
        .distinct()
    )
    happened: dict[Place, set[str]] = {}
    for version_id, step, kind in found:
        happened.setdefault((version_id, str(step)), set()).add(kind)
    return happened


def awaited(journey: PublishedJourney) -> Iterable[str]:
    """The kinds of events that steps of a version wait for."""
    for node in journey.journey.nodes.values():
        if any(may_be_over(node, port) for port in node.step.ports()):
            yield from node.step.waits_for(NOBODY)


def over_since(journeys: Mapping[int, PublishedJourney], places: Iterable[Place]) -> ColumnElement[Any]:
    """SQL: from when on events count for the next wait: the end of a stay, else since when they counted before."""
    rests = [place for place in places if does_rest(journeys[place[0]], place[1])]
    here = [and_(Enrolment.version_id == version_id, Enrolment.step == step) for version_id, step in rests]
    since = func.coalesce(Enrolment.waiting_since, Enrolment.due_at)
    return case((or_(*here), Enrolment.due_at), else_=since) if here else since


def does_rest(journey: PublishedJourney, step: str) -> bool:
    """Whether enrolments stay at a step for a while."""
    node = journey.journey.nodes.get(step)
    return node is not None and node.step.rests
