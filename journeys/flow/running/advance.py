"""The worker moves what is due to the next wait, end or cut: a handful of statements, however many enrolments stand
there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Select, Text, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.flow.fused.running import run, run_fused
from journeys.flow.running.batch import QUIET, Batch
from journeys.flow.running.ending import end_where_due
from journeys.flow.running.relation import one_of_ids
from journeys.flow.running.versions import PublishedJourney, published
from journeys.flow.text.catalogue import Defaults, read_defaults
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.attempting import attempt
from journeys.foundation.lanes import ALL_LANES, lock_lanes
from journeys.store.enrolments import Enrolment
from journeys.store.setbacks import Setback

CLAIM = 5_000
Due = Select[int, int, int, str | None]


@dataclass(frozen=True)
class Claimed:
    """Enrolments of one version that stand at one step, and their patients, in the order of patients."""

    version_id: int
    step: str | None
    ids: Sequence[int]
    patients: Sequence[int]

    def without(self, ended: Collection[int]) -> Claimed:
        """Those that have not ended."""
        if not ended:
            return self
        left = [both for both in zip(self.ids, self.patients, strict=True) if both[0] not in ended]
        return Claimed(self.version_id, self.step, [each for each, _ in left], [patient for _, patient in left])


def advance(session: Session, act: Act, lanes: Iterable[int] = ALL_LANES, limit: int = CLAIM) -> int:
    """Move at most `limit` due enrolments of these lanes and return how many were looked at.

    Call it again until it returns 0. Goals and exits are looked at first: nobody gets a message who should have left.
    """
    wanted = sorted(set(lanes))
    lock_lanes(session, wanted)
    claimed: list[Claimed] = []
    defaults = read_defaults(session)

    def at_once() -> None:
        claimed.extend(claim(session, act, wanted, limit))
        for of_version in by_version(claimed):
            journey = journey_of(session, of_version)
            move_together(Batch(session, act, defaults, journey, ids_of(of_version)), of_version)

    if attempt(session, at_once) is not None:
        claimed = claim(session, act, wanted, limit)
        for of_version in by_version(claimed):
            move_apart(session, act, defaults, of_version)
    if not claimed:
        audit.nothing_happened(session)
        return 0
    moved = len(ids_of(claimed))
    ring_after_commit(session, "advance")
    versions = [of_version[0].version_id for of_version in by_version(claimed)]
    audit.note(session, "U", "enrolment", detail={"moved": moved, "versions": versions})
    return moved


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
    return in_groups(session, due)


def in_groups(session: Session, due: Due) -> list[Claimed]:
    """Those who are due by version and step; `due` SELECTs id, version_id, patient_id, step."""
    locked = due.cte("due")
    in_order = (locked.c.patient_id, locked.c.id)
    grouped = (
        select(
            locked.c.version_id,
            locked.c.step,
            func.array_agg(locked.c.id).aggregate_order_by(*in_order),
            func.array_agg(locked.c.patient_id).aggregate_order_by(*in_order),
        )
        .group_by(locked.c.version_id, locked.c.step)
        .order_by(locked.c.version_id, locked.c.step)
    )
    return [Claimed(*row) for row in session.execute(grouped)]


def ids_of(claimed: Iterable[Claimed]) -> list[int]:
    """The enrolments of several groups."""
    return [each for group in claimed for each in group.ids]


def by_version(claimed: Iterable[Claimed]) -> list[list[Claimed]]:
    """The groups of each version together."""
    return [list(groups) for _, groups in groupby(claimed, key=lambda group: group.version_id)]


def journey_of(session: Session, claimed: Sequence[Claimed]) -> PublishedJourney:
    """The version that these stand in; LookupError when it cannot be read."""
    version_id = claimed[0].version_id
    return published(session, [version_id])[version_id]


def move_together(batch: Batch, claimed: Sequence[Claimed]) -> None:
    """Move everybody of a version, in the savepoint in which they were claimed.

    A row that is locked outside a savepoint and changed inside it costs a multixact; so there is one savepoint for all,
    and only when something fails are they moved apart.
    """
    ended = look_at_endings(batch)
    for group in claimed:
        left = group.without(ended)
        if left.ids and left.step is not None:
            run_fused(batch.only(left.ids), left.step)


def look_at_endings(batch: Batch) -> set[int]:
    """End those who have reached a goal or must leave; who they are."""
    if not batch.published.journey.endings():
        return set()
    batch.know_zones()
    return end_where_due(batch)


def move_apart(session: Session, act: Act, defaults: Defaults, claimed: Sequence[Claimed]) -> None:
    """Move those who stand at each step of a version by themselves; what fails is set aside."""
    ended: set[int] = set()
    batches: list[Batch] = []

    def begin() -> None:
        batches.append(Batch(session, act, defaults, journey_of(session, claimed), ids_of(claimed)))
        ended.update(look_at_endings(batches[0]))

    failed = attempt(session, begin)
    if failed is not None:
        set_aside(session, act, claimed, None, failed)
        return
    for group in claimed:
        left = group.without(ended)
        if left.ids and left.step is not None:
            failed = run(batches[0].only(left.ids), left.step)
            if failed is not None:
                set_aside(session, act, [left], left.step, failed)


def set_aside(session: Session, act: Act, claimed: Sequence[Claimed], step_id: str | None, failed: str) -> None:
    """Put those on hold whose version failed, so that the others move on, and keep why for a person to see.

    `try_again` lets them go on, and so does resuming a paused journey. Only the exception's class is kept, never its
    text.
    """
    ids = ids_of(claimed)
    patients = [each for group in claimed for each in group.patients]
    holding = update(Enrolment).where(one_of_ids(Enrolment.id, ids)).values(status="on-hold")
    session.execute(holding.execution_options(**QUIET))
    keep_setback(session, act, ids, step_id, failed)
    detail = {"version": claimed[0].version_id, "step": step_id, "error": failed}
    audit.note(session, "U", "enrolment", ids, patients, detail, outcome="12")


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
