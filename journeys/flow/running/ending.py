"""Ends enrolments: at an `end` step, at a goal, at an exit, or because something else takes them out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, literal, null, select, update
from sqlalchemy.orm import aliased

from journeys.criteria.compile import condition
from journeys.flow.running.batch import QUIET, Batch, record
from journeys.flow.running.relation import one_of_ids
from journeys.flow.running.withdrawing import take_back
from journeys.flow.steps.base import EventFilter, Rows, concerns, happened_since, is_news
from journeys.flow.text.definition import Ending
from journeys.store.enrolments import Enrolment
from journeys.store.events import Event, emit_from

COMPLETED = "completed"
REVOKED = "revoked"
ENDED = "enrolment.ended"


def end_where_due(batch: Batch, events: Select[Any] | None = None) -> set[int]:
    """End those of the batch who have reached a goal or must leave, wherever they stand; return their ids.

    `events` are those that have just happened; without them every event since the enrolment began is looked at.
    Goals and exits are called `goal:0`, `exit:1`: what they are named stands in the version.
    """
    endings = batch.published.journey.endings()
    if not endings:
        return set()
    rows = batch.rows(Enrolment.ended_at.is_(None))
    arms = [(holds(ending, rows, events), f"{purpose}:{position}") for purpose, position, ending in endings]
    decided = select(rows.c.enrolment_id, case(*arms, else_=null()).label("reason")).subquery("decided")
    ended = batch.session.scalars(
        update(Enrolment)
        .where(Enrolment.id == decided.c.enrolment_id, decided.c.reason.is_not(None))
        .values(exit_port=decided.c.reason)
        .returning(Enrolment.id)
        .execution_options(**QUIET)
    ).all()
    if ended:
        status = case((Enrolment.exit_port.startswith("goal"), COMPLETED), else_=REVOKED)
        finish(batch.only(ended), status, Enrolment.exit_port.expression, takes_back=True)
    return set(ended)


def holds(ending: Ending, rows: Rows, events: Select[Any] | None) -> ColumnElement[bool]:
    """The rule of an ending holds now, or its event is among `events`, or has happened since the enrolment began."""
    if ending.rule is not None:
        return condition(ending.rule, rows.subject(), rows.known)
    event = aliased(Event) if events is None else aliased(Event, events.subquery())
    is_recent = happened_since(event, rows.began) if events is None else is_news(event, rows.c.entered_at)
    matching = and_(
        event.kind == ending.event,
        concerns(rows, event),
        (ending.where or EventFilter()).matches(event),
        is_recent,
    )
    return select(event.id).where(matching).correlate(rows.relation).exists()


def complete(batch: Batch, reason: str) -> None:
    """End the whole batch at an `end` step. What is planned still goes out: it belongs to the way that was walked."""
    mark(batch, "end")
    finish(batch, literal(COMPLETED), literal(reason), takes_back=False)


def revoke(batch: Batch, reason: str) -> None:
    """Take the whole batch out, for a reason that stands in no journey (`deceased`)."""
    mark(batch, reason)
    finish(batch, literal(REVOKED), literal(reason), takes_back=True)


def mark(batch: Batch, port: str) -> None:
    """Let the whole batch leave by one port."""
    statement = update(Enrolment).where(one_of_ids(Enrolment.id, batch.ids)).values(exit_port=port)
    batch.session.execute(statement.execution_options(**QUIET))


def finish(batch: Batch, status: ColumnElement[Any], reason: ColumnElement[Any], *, takes_back: bool) -> None:
    """Write the history of a batch that leaves by `exit_port` for good, and close it."""
    record(batch)
    batch.session.execute(
        update(Enrolment)
        .where(one_of_ids(Enrolment.id, batch.ids))
        .values(
            status=status,
            ended_at=batch.act.now,
            ended_reason=reason,
            step=null(),
            due_at=null(),
            waits_for=null(),
            woken_by=null(),
            woken_kind=null(),
            answer=null(),
            exit_port=null(),
        )
        .execution_options(**QUIET)
    )
    if takes_back:
        take_back(batch.session, batch.act, batch.ids)
    announce(batch)


def announce(batch: Batch) -> None:
    """One event for each ended enrolment; its code is the journey's slug, its outcome the reason."""
    about: Any = select(
        Enrolment.patient_id.label("patient_id"),
        literal(Enrolment.__tablename__).label("subject_kind"),
        Enrolment.id.label("subject_id"),
        literal(batch.published.slug).label("code"),
        Enrolment.ended_reason.label("outcome"),
    )
    emit_from(batch.session, batch.act, ENDED, about.where(one_of_ids(Enrolment.id, batch.ids)))
