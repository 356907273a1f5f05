"""The worker moves what is due to the next wait, end or cut: a handful of statements, however many enrolments stand
there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from sqlalchemy import Row, Text, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.flow.batch import QUIET, Batch
from journeys.flow.catalogue import Defaults, read_defaults
from journeys.flow.ending import end_where_due
from journeys.flow.fused.running import run
from journeys.flow.relation import array_of_ids, know_zones, one_of_ids
from journeys.flow.versions import published
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.attempting import attempt
from journeys.foundation.lanes import ALL_LANES, lock_lanes
from journeys.store.enrolments import Enrolment
from journeys.store.setbacks import Setback

CLAIM = 5_000
Claimed = Row[int, int, int, str | None]


def advance(session: Session, act: Act, lanes: Iterable[int] = ALL_LANES, limit: int = CLAIM) -> int:
    """Move at most `limit` due enrolments of these lanes and return how many were looked at.

    Call it again until it returns 0. Goals and exits are looked at first: nobody gets a message who should have left.
    """
    wanted = sorted(set(lanes))
    lock_lanes(session, wanted)
    claimed = claim(session, act, wanted, limit)
    if not claimed:
        audit.nothing_happened(session)
        return 0
    defaults = read_defaults(session)
    know_zones(session, select(func.unnest(array_of_ids([row.patient_id for row in claimed]))), defaults)
    versions = []
    for version_id, rows in groupby(claimed, key=lambda row: row.version_id):
        run_version(session, act, defaults, list(rows))
        versions.append(version_id)
    ring_after_commit(session, "advance")
    audit.note(session, "U", "enrolment", detail={"moved": len(claimed), "versions": versions})
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


def run_version(session: Session, act: Act, defaults: Defaults, claimed: Sequence[Claimed]) -> None:
    """Look at goals and exits, then move those who stand at each step; what fails is set aside."""
    ended: set[int] = set()
    batches: list[Batch] = []

    def look_at_endings() -> None:
        version_id = claimed[0].version_id
        journey = published(session, [version_id])[version_id]
        batches.append(Batch(session, act, defaults, journey, [row.id for row in claimed]))
        ended.update(end_where_due(batches[0]))

    failed = attempt(session, look_at_endings)
    if failed is not None:
        set_aside(session, act, claimed, None, failed)
        return
    for step_id, rows in groupby(claimed, key=lambda row: row.step):
        left = [row for row in rows if row.id not in ended]
        if left and step_id is not None:
            batch = batches[0].only([row.id for row in left])
            failed = run(batch, step_id)
            if failed is not None:
                set_aside(session, act, left, step_id, failed)


def set_aside(session: Session, act: Act, claimed: Sequence[Claimed], step_id: str | None, failed: str) -> None:
    """Put those on hold whose version failed, so that the others move on, and keep why for a person to see.

    `try_again` lets them go on, and so does resuming a paused journey. Only the exception's class is kept, never its
    text.
    """
    ids = [row.id for row in claimed]
    holding = update(Enrolment).where(one_of_ids(Enrolment.id, ids)).values(status="on-hold")
    session.execute(holding.execution_options(**QUIET))
    keep_setback(session, act, ids, step_id, failed)
    detail = {"version": claimed[0].version_id, "step": step_id, "error": failed}
    audit.note(session, "U", "enrolment", ids, [row.patient_id for row in claimed], detail, outcome="12")


def keep_setback(session: Session, act: Act, ids: Sequence[int], step_id: str | None, failed: str) -> None:
    """Write what failed beside each enrolment, in the place of what failed for it before."""
    about = select(
        Enrolment.id,
        Enrolment.patient_id,
        Enrolment.version_id,
        literal(step_id, Text),
        literal(failed),
        literal(act.now),
    ).where(one_of_ids(Enrolment.id, ids))
    written = insert(Setback).from_select(["enrolment_id", "patient_id", "version_id", "step", "error", "at"], about)
    new = {name: written.excluded[name] for name in ("version_id", "step", "error", "at")}
    session.execute(
        written.on_conflict_do_update(index_elements=["enrolment_id"], set_={**new, "times": Setback.times + 1})
    )
