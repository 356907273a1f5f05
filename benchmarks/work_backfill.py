"""Backfill: the decision about one freed time over 5,000 who wait, against the bare ranking query (goal 1.5)."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from journeys.access.waitlist.look_at import look_at
from journeys.foundation.act import EVERYWHERE, Act

GOAL = 1.5
ROUNDS = 15
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


def backfill_figures(engine: Engine, backfill_id: int, now: dt.datetime) -> float:
    """Print and return how many times the bare ranking the whole decision takes: rank, lock, end, offer, hold, plan.

    `backfill_id` is an open stretch for which people wait; nothing stays written.
    """
    with Session(engine) as session:
        row = session.execute(
            text(
                "SELECT f.start_at AS begins, f.end_at AS ends, s.id AS schedule, s.location_id AS location,"
                " s.practitioner_id AS practitioner FROM backfill f JOIN schedule s ON s.id = f.schedule_id"
                " WHERE f.id = :id"
            ),
            {"id": backfill_id},
        ).one()
        given = {**row._mapping, "now": now, "weekday": 1 << row.begins.weekday()}
        session.rollback()
        doing = Act(now, "bench:work", EVERYWHERE)
        bare = timed(session, lambda: session.execute(text(BARE), given).all())
        whole = timed(session, lambda: look_at(session, doing, backfill_id))
    ratio = whole / bare
    print(f"backfill decision: {whole * 1000:.1f} ms, bare ranking {bare * 1000:.1f} ms: {ratio:.2f} (goal {GOAL})")
    return ratio


def timed(session: Session, doing: Callable[[], object]) -> float:
    """The median of some rounds after a first one, each rolled back."""
    found = []
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        doing()
        session.flush()
        found.append(time.perf_counter() - began)
        session.rollback()
        session.info.clear()
    return statistics.median(found[1:])
