"""Runs one stretch over the enrolments that stand at its first step: one statement, and what no statement can do."""

from __future__ import annotations

from functools import partial

from journeys.flow.fused.prepared import prepared, values_in
from journeys.flow.fused.stretches import Stretch, stretch_from
from journeys.flow.fused.writing import Part
from journeys.flow.running.batch import Batch
from journeys.flow.running.executing import catch_up, run_step
from journeys.foundation.acting import ring_after_commit
from journeys.foundation.attempting import attempt
from journeys.store.events import remember


def run(batch: Batch, step_id: str) -> str | None:
    """Move the batch from one step to the next wait, end or cut; the name of the exception's class when it failed.

    What fails as one statement is tried step by step: then only those are set aside who stand where it fails.
    """
    failed = attempt(batch.session, partial(run_fused, batch, step_id))
    return None if failed is None else attempt(batch.session, partial(run_alone, batch, step_id))


def run_fused(batch: Batch, step_id: str) -> None:
    """One statement for as many steps as can be fused; a step that cannot be goes by itself."""
    stretch = stretch_of(batch, step_id)
    if stretch is None:
        run_alone(batch, step_id)
        return
    fused = prepared(batch, stretch)
    if fused.reads_zones:
        batch.know_zones()
    found = batch.session.execute(fused.statement, values_in(batch)).one()
    counted = len(fused.counted)
    for part, count in zip(fused.counted, found[:counted], strict=True):
        if count:
            tell(batch, part)
    for step, count in zip(fused.waiting, found[counted:], strict=True):
        if count:
            catch_up(batch, batch.node(step))


def run_alone(batch: Batch, step_id: str) -> None:
    """One step by the reference executor, which may ask for zones."""
    batch.know_zones()
    run_step(batch, step_id)


def stretch_of(batch: Batch, step_id: str) -> Stretch | None:
    """The stretch from a step, worked out once for each version."""
    kept = batch.published.stretches
    if step_id not in kept:
        kept[step_id] = stretch_from(batch.published, step_id, batch.rows())
    stretch: Stretch | None = kept[step_id]
    return stretch


def tell(batch: Batch, part: Part) -> None:
    """What follows from rows that were written: reactions to their events, a bell.

    Whoever moves enrolments holds the lanes of their patients.
    """
    if part.emits is not None:
        remember(batch.session, part.emits, are_locked=True)
    if part.rings is not None:
        ring_after_commit(batch.session, part.rings)
