"""Foretells the visits of the next two weeks: what was known by one statement, the class of each, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.access.risk.knowing import Seen, asked_now, known_at, seen_in
from journeys.access.risk.model import Model, model_from
from journeys.access.risk.points import Points, points_in_force, risk_from
from journeys.access.risk.standing import standing
from journeys.access.risk.visits import visits_of_store
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.access import Appointment
from journeys.store.attendance import MODEL, POINTS, AttendanceRisk

AHEAD = dt.timedelta(days=15)
"""A ladder begins a week before a visit; a fortnight leaves time to call."""

AT_ONCE = 1_000
MOST_REASONS = 3

LEAST_MOVED = 0.1
"""A topic that moves the log odds less is no reason."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Known:
    """The model in force, and the branches where it decides."""

    model_id: int
    model: Model
    branches: frozenset[int]


def foretell(session: Session, act: Act) -> int:
    """Return how many visits are foretold; a class stays as it is where nothing of it has changed."""
    rule = points_in_force(session)
    now = standing(session, act)
    known = None if now.model is None else Known(now.model.id, model_from(now.model.content or {}), now.branches)
    visits = visits_ahead(session, act, rule.has_payer)
    rows = [row_of(visit, rule, known, act.now) for visit in visits]
    for first in range(0, len(rows), AT_ONCE):
        keep(session, rows[first : first + AT_ONCE])
    audit.note(session, "U", AttendanceRisk.__tablename__, detail={"visits": len(visits)})
    return len(visits)


def visits_ahead(session: Session, act: Act, has_payer: bool) -> list[Seen]:
    """The visits that stand and are to come soon, with what is known of them now."""
    visit = Appointment.__table__
    soon = visit.c.start_at.between(act.now, act.now + AHEAD)
    patients = select(visit.c.patient_id).where(soon, visit.c.status.in_(("booked", "pending")))
    visits = visits_of_store(patients, has_payer).cte("visits")
    asking = asked_now(visits, act.now).where(visits.c.start_at <= act.now + AHEAD).cte("asking")
    return seen_in(session.execute(known_at(visits, asking)))


def row_of(visit: Seen, rule: Points, known: Known | None, now: dt.datetime) -> Row:
    """What is kept of a visit: points always, the chance where a model is in force, the class by what is used there."""
    topics = rule.of(visit.facts)
    points = sum(topics.values())
    row = {"appointment_id": visit.id, "patient_id": visit.patient_id, "foretold_at": now, "points": points}
    chance = None if known is None else known.model.probability(visit.facts)
    row |= {"chance": chance, "model_id": None if known is None else known.model_id}
    if known is None or chance is None or visit.location_id not in known.branches:
        return row | {"used": POINTS, "risk": risk_from(points, rule.classes), "reasons": reasons_in(topics)}
    moved = {topic: part for topic, part in known.model.by_topic(visit.facts).items() if abs(part) >= LEAST_MOVED}
    return row | {"used": MODEL, "risk": risk_from(chance, rule.chances), "reasons": reasons_in(moved)}


def reasons_in(topics: Mapping[str, float]) -> list[Row]:
    """The topics that move it most, the strongest first; equal ones by their names."""
    moved = sorted((topic for topic in topics if topics[topic]), key=lambda topic: (-abs(topics[topic]), topic))
    return [{"topic": topic, "raises": topics[topic] > 0} for topic in moved[:MOST_REASONS]]


def keep(session: Session, rows: list[Row]) -> None:
    """Write them; a row that says the same is left alone."""
    table = AttendanceRisk.__table__
    new = insert(AttendanceRisk)
    changing = {name: new.excluded[name] for name in rows[0] if name != "appointment_id"}
    said = [name for name in changing if name != "foretold_at"]
    is_news = or_(*[table.c[name].is_distinct_from(new.excluded[name]) for name in said])
    session.execute(new.on_conflict_do_update(index_elements=["appointment_id"], set_=changing, where=is_news), rows)
