"""Puts a batch of enrolments from a step of an older version at a step of a newer one; messages are left alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import insert, literal, null, select, update
from sqlalchemy.orm import aliased

from journeys.flow.running.batch import QUIET, Batch, record
from journeys.flow.running.executing import arrive, listed, wake
from journeys.flow.running.relation import one_of_ids
from journeys.flow.running.versions import PublishedJourney
from journeys.flow.steps.base import Rows, happened_since
from journeys.flow.text.definition import Node
from journeys.store.enrolments import Enrolment
from journeys.store.events import Event
from journeys.store.moves import EnrolmentMove, JourneyMove
from journeys.store.tasks import OPEN_STATUSES, Task

MOVED = "moved-to-version"
"""The port in history by which who jumps leaves, and why their open task is cancelled."""

KEPT = (
    "version_id",
    "step",
    "stage",
    "visit",
    "step_entered_at",
    "due_at",
    "waits_for",
    "waiting_since",
    "woken_by",
    "woken_kind",
    "answer",
)


def transfer(old: Batch, newer: PublishedJourney, move: JourneyMove, step: str, target: str) -> None:
    """Everybody of the batch stands at `step` of the older version, and at `target` of the newer one afterwards."""
    keep(old, move, step, target)
    new = Batch(old.session, old.act, old.defaults, newer, old.ids)
    if target == step:
        change(old, version_id=newer.version_id)
        stay_at(new, old.node(step), new.node(step))
    else:
        change(old, exit_port=MOVED)
        record(old)
        cancel_tasks(old)
        change(old, version_id=newer.version_id, exit_port=null())
        rows = new.rows()
        arrive(new, new.node(target), rows, since=rows.c.now)


def keep(old: Batch, move: JourneyMove, step: str, target: str) -> None:
    """Write down where everybody stood."""
    columns: dict[str, Any] = {name: getattr(Enrolment, name) for name in KEPT}
    columns |= {
        "move_id": literal(move.id),
        "enrolment_id": Enrolment.id,
        "patient_id": Enrolment.patient_id,
        "to_step": literal(target),
        "to_visit": Enrolment.visit + (0 if target == step else 1),
        "moved_at": literal(old.act.now),
    }
    chosen = select(*columns.values()).where(one_of_ids(Enrolment.id, old.ids)).order_by(Enrolment.patient_id)
    # the defaults of the database, row by row: one from Python (a uid) would be the same for every row
    old.session.execute(insert(EnrolmentMove).from_select(list(columns), chosen, include_defaults=False))


def change(batch: Batch, **values: Any) -> None:
    """Set columns of the whole batch."""
    changing = update(Enrolment).where(one_of_ids(Enrolment.id, batch.ids)).values(**values)
    batch.session.execute(changing.execution_options(**QUIET))


def stay_at(batch: Batch, before: Node, after: Node) -> None:
    """Who stays keeps the visit and what woke them; where the step says otherwise now, they are due anew.

    The time is counted from when they arrived: ten days after eight are two more.
    """
    if after.stage is not None:
        change(batch, stage=after.stage)
    if before.step == after.step:
        return
    rows = as_of_arrival(batch.rows(Enrolment.woken_by.is_(None)))
    due = after.step.due(rows)
    timed = select(rows.c.enrolment_id, (literal(batch.act.now) if due is None else due).label("due_at")).subquery()
    if due is None and after.step.waits_for(rows) and not after.step.stays:
        timed = select(rows.c.enrolment_id, null().label("due_at")).subquery()
    batch.session.execute(
        update(Enrolment)
        .where(Enrolment.id == timed.c.enrolment_id)
        .values(due_at=timed.c.due_at, waits_for=listed(after.step.waits_for(rows)))
        .execution_options(**QUIET)
    )
    look_back(batch, after)


def as_of_arrival(rows: Rows) -> Rows:
    """The same relation, whose `now` is when each arrived at the step."""
    others = [column for column in rows.relation.c if column.name != "now"]
    moved: Any = select(*others, rows.c.step_entered_at.label("now")).subquery("arrived")
    return replace(rows, relation=moved)


def look_back(batch: Batch, node: Node) -> None:
    """Wake who waits for something that has happened already since they began to wait."""
    rows = batch.rows(Enrolment.woken_by.is_(None))
    if node.step.waits_for(rows):
        event = aliased(Event, name="happened")
        wake(batch, node, rows, event, happened_since(event, rows.c.waiting_since))


def cancel_tasks(batch: Batch) -> None:
    """Nobody works on what the journey has left: the open tasks of the steps are cancelled."""
    here = select(Enrolment.id).where(
        one_of_ids(Enrolment.id, batch.ids),
        Enrolment.id == Task.enrolment_id,
        Enrolment.step == Task.step,
        Enrolment.visit == Task.visit,
    )
    cancelling = update(Task).where(Task.status.in_(OPEN_STATUSES), here.correlate(Task).exists())
    values = {"status": "cancelled", "cancelled_reason": MOVED, "row_version": Task.row_version + 1}
    batch.session.execute(cancelling.values(values).execution_options(**QUIET))
