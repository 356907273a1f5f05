"""The worker moves what is due by one step: a handful of statements a step, however many enrolments stand there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from journeys.flow.batch import Batch
from journeys.flow.catalogue import Defaults, read_defaults
from journeys.flow.ending import end_where_due
from journeys.flow.executing import run_step
from journeys.flow.relation import know_zones, one_of_ids
from journeys.flow.versions import PublishedJourney, published
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.lanes import ALL_LANES, lock_lanes
from journeys.store.enrolments import Enrolment

CLAIM = 5_000
Claimed = Row[int, int, int, str | None]


def advance(session: Session, act: Act, lanes: Iterable[int] = ALL_LANES, limit: int = CLAIM) -> int:
    """Move at most `limit` due enrolments of these lanes by one step and return how many were looked at.

    Call it again until it returns 0. Goals and exits are looked at first: nobody gets a message who should have left.
    """
    wanted = sorted(set(lanes))
    lock_lanes(session, wanted)
    claimed = claim(session, act, wanted, limit)
    if not claimed:
        audit.nothing_happened(session)
        return 0
    defaults = read_defaults(session)
    ids = [row.id for row in claimed]
    know_zones(session, select(Enrolment.patient_id).where(one_of_ids(Enrolment.id, ids)), defaults)
    versions = published(session, {row.version_id for row in claimed})
    for version_id, rows in groupby(claimed, key=lambda row: row.version_id):
        run_version(session, act, defaults, versions[version_id], list(rows))
    ring_after_commit(session, "advance")
    audit.note(session, "U", "enrolment", detail={"moved": len(claimed), "versions": sorted(versions)})
    return len(claimed)


def claim(session: Session, act: Act, lanes: Sequence[int], limit: int) -> list[Claimed]:
    """Lock what is due, the longest waiting first; in the order of version, step, patient. Nobody is waited for."""
    due = (
        select(Enrolment.id, Enrolment.version_id, Enrolment.patient_id, Enrolment.step)
        .where(Enrolment.due_at <= act.now, Enrolment.status == "active")
        .order_by(Enrolment.due_at, Enrolment.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if len(lanes) < len(ALL_LANES):
        due = due.where(Enrolment.lane.in_(lanes))
    found = session.execute(due).all()
    return sorted(found, key=lambda row: (row.version_id, row.step, row.patient_id, row.id))


def run_version(
    session: Session, act: Act, defaults: Defaults, journey: PublishedJourney, claimed: Sequence[Claimed]
) -> None:
    """Look at goals and exits, then run each step over those who stand at it."""
    batch = Batch(session, act, defaults, journey, [row.id for row in claimed])
    ended = end_where_due(batch)
    for step_id, rows in groupby(claimed, key=lambda row: row.step):
        left = [row.id for row in rows if row.id not in ended]
        if left and step_id is not None:
            run_step(batch.only(left), step_id)
