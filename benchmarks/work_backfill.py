"""Backfill: the decision about one freed time over 5,000 who wait, against the bare ranking query (goal 1.5)."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from benchmarks.base import an_engine, seconds
from benchmarks.population import FRACTION
from benchmarks.work_world import make_waiting
from journeys.access.waitlist.look_at import look_at
from journeys.foundation import database
from journeys.foundation.acting import EVERYWHERE, Act, enter
from tests.figures import Figure, at_most, told
from tests.servers import Cluster
from tests.unit.access.conftest import at, front_desk
from tests.unit.access.waiting import SOON, Waiting

GOAL = 1.5
ROUNDS = 15
WAITING = 5_000
NOW = at(8, day=dt.date(2026, 3, 3))
FREED = """
SELECT f.start_at AS begins, f.end_at AS ends, s.id AS schedule, s.location_id AS location,
       s.practitioner_id AS practitioner
FROM backfill f JOIN schedule s ON s.id = f.schedule_id WHERE f.id = :id
"""
BARE = """
SELECT e.id, e.patient_id FROM waitlist_entry e
JOIN appointment_type t ON t.id = e.type_id
JOIN schedule_type o ON o.type_id = e.type_id AND o.schedule_id = :schedule
JOIN waitlist_branch b ON b.entry_id = e.id AND b.location_id = :location
JOIN patient p ON p.id = e.patient_id
WHERE e.status = 'waiting' AND p.active AND NOT p.deceased AND p.merged_into_id IS NULL AND t.minutes <= 30
    AND e.asked < 10 AND e.refused < 3 AND (e.practitioner_id IS NULL OR e.practitioner_id = :practitioner)
    AND (e.weekdays & :weekday) <> 0
    AND NOT EXISTS (SELECT FROM waitlist_offer f WHERE f.patient_id = e.patient_id AND f.status = 'offered')
    AND NOT EXISTS (SELECT FROM appointment a WHERE a.patient_id = e.patient_id AND a.start_at < :ends
        AND a.start_at > CAST(:begins AS timestamptz) - interval '1 day' AND a.end_at > :begins
        AND a.status IN ('pending', 'booked', 'arrived', 'checked-in', 'fulfilled'))
ORDER BY array_position(ARRAY['stat', 'asap', 'urgent', 'routine'], e.priority),
    floor(extract(epoch FROM CAST(:now AS timestamptz) - e.since) / 604800) DESC, e.asked, e.since, e.id
LIMIT 20
"""


def backfill_figures(cluster: Cluster) -> Iterator[Figure]:
    """The whole decision (rank, lock, end, offer, hold, plan) as parts of the bare ranking; nothing stays written."""
    with an_engine(cluster) as owner:
        backfill_id = a_freed_time(owner)
        worker = database.connect(owner.url.render_as_string(hide_password=False), database.WORKER)
        with Session(owner) as session:
            given = given_of(session, backfill_id)
            bare = timed(session, lambda: session.execute(text(BARE), given).all())
        with Session(worker) as session:
            whole = timed(session, lambda: decide(session, backfill_id))
        worker.dispose()
    yield told("work.backfill.milliseconds", 1000 * whole)
    yield told("work.backfill.bare-milliseconds", 1000 * bare)
    yield at_most("work.backfill.of-bare", whole / bare, GOAL)


def a_freed_time(owner: Engine) -> int:
    """A clinic in which so many wait and one time came free; the id of the backfill."""
    with Session(owner) as session, session.begin():
        waiting = Waiting(replace(front_desk(session), now=NOW))
        session.execute(text(FRACTION))
        session.execute(text("INSERT INTO patient (active) SELECT true FROM generate_series(1, :n)"), {"n": WAITING})
        backfill_id = waiting.free(SOON).id
        branch = waiting.front.here.id
    make_waiting(owner, WAITING, branch, NOW)
    return backfill_id


def given_of(session: Session, backfill_id: int) -> dict[str, Any]:
    """What the bare ranking is told."""
    row = session.execute(text(FREED), {"id": backfill_id}).one()
    session.rollback()
    return {**row._mapping, "now": NOW, "weekday": 1 << row.begins.weekday()}


def decide(session: Session, backfill_id: int) -> None:
    """What the worker does, in its scope."""
    doing = Act(NOW, "benchmark", EVERYWHERE)
    enter(session, doing)
    look_at(session, doing, backfill_id)


def timed(session: Session, doing: Callable[[], object]) -> float:
    """The median processor time of some rounds after a first one, each rolled back."""
    found = []
    for _ in range(ROUNDS + 1):
        found.append(seconds(doing))
        session.rollback()
        session.info.clear()
    return statistics.median(found[1:])
