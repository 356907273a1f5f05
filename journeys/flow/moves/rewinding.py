"""Puts a batch of enrolments back where they stood before a move of theirs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal, null, select, update

from journeys.flow.moves.transferring import KEPT, MOVED, change, look_back
from journeys.flow.running.batch import QUIET, Batch, record
from journeys.flow.running.relation import one_of_ids
from journeys.flow.running.versions import PublishedJourney
from journeys.store.enrolments import Enrolment
from journeys.store.moves import EnrolmentMove, JourneyMove
from journeys.store.tasks import Task

TAKEN_BACK = "move-taken-back"
"""The port in history by which who had jumped leaves again."""

OF_WAKING = ("due_at", "woken_by", "woken_kind", "answer")


def take_back(new: Batch, older: PublishedJourney, move: JourneyMove, step: str, landed: str) -> None:
    """Everybody of the batch stands where they landed, and at `step` of the older version afterwards.

    What woke somebody meanwhile still counts.
    """
    if landed != step:
        change(new, exit_port=TAKEN_BACK)
        record(new)
    session = new.session
    mine = and_(EnrolmentMove.move_id == move.id, EnrolmentMove.enrolment_id == Enrolment.id)
    values: dict[str, Any] = {name: getattr(EnrolmentMove, name) for name in KEPT}
    if landed == step:
        values |= {name: newly_woken(name) for name in OF_WAKING}
    restoring = update(Enrolment).where(mine, one_of_ids(Enrolment.id, new.ids)).values(**values, exit_port=null())
    session.execute(restoring.execution_options(**QUIET))
    undone = update(EnrolmentMove).where(
        EnrolmentMove.move_id == move.id, one_of_ids(EnrolmentMove.enrolment_id, new.ids)
    )
    session.execute(undone.values(undone_at=literal(new.act.now)).execution_options(**QUIET))
    old = Batch(session, new.act, new.defaults, older, new.ids)
    reopen_tasks(old)
    look_back(old, old.node(step))


def newly_woken(name: str) -> ColumnElement[Any]:
    """The column as it is now where something has woken the enrolment since, else as it was."""
    return case((Enrolment.woken_by.is_not(None), getattr(Enrolment, name)), else_=getattr(EnrolmentMove, name))


def reopen_tasks(batch: Batch) -> None:
    """The tasks that the move cancelled are open again, for anybody of their queue."""
    here = select(Enrolment.id).where(
        one_of_ids(Enrolment.id, batch.ids),
        Enrolment.id == Task.enrolment_id,
        Enrolment.step == Task.step,
        Enrolment.visit == Task.visit,
    )
    opening = update(Task).where(
        Task.status == "cancelled", Task.cancelled_reason == MOVED, here.correlate(Task).exists()
    )
    values = {
        "status": "requested",
        "owner": None,
        "cancelled_reason": None,
        "row_version": Task.row_version + 1,
    }
    batch.session.execute(opening.values(values).execution_options(**QUIET))
