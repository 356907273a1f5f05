"""Runs one stretch over the enrolments that stand at its first step: one statement, and what no statement can do."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import CTE, Select, func, select

from journeys.flow.batch import Batch
from journeys.flow.executing import catch_up, run_step
from journeys.flow.fused.stretches import Stretch, stretch_from
from journeys.flow.fused.walking import Walked, walk
from journeys.flow.fused.writing import Part, arrived_at, parts_of
from journeys.foundation.acting import ring_after_commit
from journeys.foundation.attempting import attempt
from journeys.store.events import remember


def run(batch: Batch, step_id: str) -> str | None:
    """Move the batch from one step to the next wait, end or cut; the name of the exception's class when it failed.

    What fails as one statement is tried step by step: then only those are set aside who stand where it fails.
    """
    failed = attempt(batch.session, partial(run_fused, batch, step_id))
    return None if failed is None else attempt(batch.session, partial(run_step, batch, step_id))


def run_fused(batch: Batch, step_id: str) -> None:
    """One statement for as many steps as can be fused; a step that cannot be goes by itself."""
    stretch = stretch_of(batch, step_id)
    if stretch is None:
        run_step(batch, step_id)
        return
    walked = walk(batch, stretch)
    parts = list(parts_of(batch, walked))
    waiting = arrived_at(batch, walked)
    found = batch.session.execute(statement_of(walked, parts, waiting)).one()
    counted = [part for part in parts if part.counted]
    for part, count in zip(counted, found[: len(counted)], strict=True):
        if count:
            tell(batch, part)
    for step, count in zip(waiting, found[len(counted) :], strict=True):
        if count:
            catch_up(batch, batch.node(step))


def stretch_of(batch: Batch, step_id: str) -> Stretch | None:
    """The stretch from a step, worked out once for each version."""
    kept = batch.published.stretches
    if step_id not in kept:
        kept[step_id] = stretch_from(batch.published, step_id, batch.rows())
    stretch: Stretch | None = kept[step_id]
    return stretch


def statement_of(walked: Walked, parts: Sequence[Part], waiting: Sequence[str]) -> Select[Any]:
    """The whole statement; it SELECTs how many rows each counted part wrote, and how many arrived at each wait."""
    counts = [number_of(part.cte) for part in parts if part.counted]
    arrived = [
        select(func.count())
        .select_from(walked.relation)
        .where(walked.c.step == step_id, walked.c.port_0.is_not(None))
        .scalar_subquery()
        for step_id in waiting
    ]
    others = [part.cte for part in parts if not part.counted]
    return select(*counts, *arrived).add_cte(*others)


def number_of(part: CTE) -> Any:
    """How many rows a part of the statement has written."""
    return select(func.count()).select_from(part).scalar_subquery()


def tell(batch: Batch, part: Part) -> None:
    """What follows from rows that were written: reactions to their events, a bell."""
    if part.emits is not None:
        remember(batch.session, part.emits)
    if part.rings is not None:
        ring_after_commit(batch.session, part.rings)
