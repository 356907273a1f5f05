"""The reference executor: runs one step over the enrolments that stand at it and were claimed together.

    inserts → exit decided once and kept → history → move to where each port leads, or stay

Each is one statement over all of them. The lanes of the patients are locked by whoever calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Text, case, cast, func, literal, null, select, update
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import aliased

from journeys.flow.running.batch import QUIET, Batch, record
from journeys.flow.running.closed_fields import refuse_closed_fields
from journeys.flow.running.ending import complete
from journeys.flow.running.relation import one_of_ids
from journeys.flow.steps.base import Change, Insert, Kinds, Rows, Tell, Update, happened_since
from journeys.flow.text.definition import Node
from journeys.foundation.acting import ring_after_commit
from journeys.foundation.later import as_sql
from journeys.store.enrolments import Enrolment, EnrolmentHistory
from journeys.store.events import Event, emit_from

ONCE = ("enrolment_id", "step", "visit")
"""The key that every table has which steps insert into."""


def run_step(batch: Batch, step_id: str) -> None:
    """Run one step over the whole batch, all of which stand at it."""
    node = batch.node(step_id)
    rows = batch.rows()
    refuse_closed_fields(batch.session, node.step, rows.known)
    for change in node.step.inserts(rows):
        apply(batch, rows, change)
    if node.step.ends_with is not None:
        complete(batch, node.step.ends_with)
        return
    decide(batch, rows, node)
    record(batch)
    if node.step.stays:
        stay(batch, node)
    move(batch, node)


def apply(batch: Batch, rows: Rows, change: Change) -> None:
    """Carry out one declared change."""
    if isinstance(change, Tell):
        emit_from(batch.session, batch.act, change.kind, told_of(rows, change))
        return
    if isinstance(change, Update):
        batch.session.execute(updating(rows, change).execution_options(**QUIET))
        if change.emits is not None:
            emit_from(batch.session, batch.act, change.emits, patients_of(rows))
        return
    table: Any = change.table
    made = batch.session.scalars(inserting(rows, change).returning(table.id)).all()
    if made:
        announce(batch, change, made)
    if made and change.rings is not None:
        ring_after_commit(batch.session, change.rings)


def updating(rows: Rows, change: Update) -> Any:
    """UPDATE of the rows that a change means."""
    # the relation must be named in the statement even where the condition does not speak of it
    changing = update(change.table).where(change.where, rows.c.enrolment_id.is_not(None))
    return changing.values(dict(change.values))


def inserting(rows: Rows, change: Insert) -> Any:
    """INSERT of the rows that a change means, in the order of patients; those that are there already are left out."""
    chosen = select(*(as_sql(value).label(name) for name, value in change.values.items()))
    chosen = chosen.select_from(rows.relation).order_by(rows.c.patient_id, rows.c.enrolment_id)
    if change.where is not None:
        chosen = chosen.where(change.where)
    # the defaults of the database, row by row: one from Python (a uid) would be the same for every row
    statement = insert_or_skip(change.table).from_select(list(change.values), chosen, include_defaults=False)
    # to look into every unique index for each row costs more than writing it
    return statement.on_conflict_do_nothing(index_elements=None if change.is_contested else ONCE)


def patients_of(rows: Rows) -> Any:
    """SELECT each patient of the relation once, as what an event is about."""
    about = select(rows.c.patient_id, literal("patient").label("subject_kind"), rows.c.patient_id.label("subject_id"))
    return about.distinct()


def told_of(rows: Rows, change: Tell) -> Any:
    """SELECT what an event is about that a change tells of."""
    if not change.of_focus:
        return patients_of(rows).where(change.where)
    about = (rows.c.patient_id, rows.c.focus_kind.label("subject_kind"), rows.c.focus_id.label("subject_id"))
    return select(*about).distinct().where(change.where)


def announce(batch: Batch, change: Insert, made: Sequence[int]) -> None:
    """Emit one event about each new row."""
    if change.emits is None:
        return
    table: Any = change.table
    about: Any = select(
        table.patient_id.label("patient_id"),
        literal(table.__tablename__).label("subject_kind"),
        table.id.label("subject_id"),
        table.enrolment_id.label("enrolment_id"),
    )
    emit_from(batch.session, batch.act, change.emits, about.where(one_of_ids(table.id, made)))


def decide(batch: Batch, rows: Rows, node: Node) -> None:
    """Work out each exit once and keep it: worked out twice, history and move could disagree."""
    decided = select(rows.c.enrolment_id, cast(node.step.exit(rows), Text).label("port")).subquery("decided")
    batch.session.execute(
        update(Enrolment)
        .where(Enrolment.id == decided.c.enrolment_id)
        .values(exit_port=case((decided.c.port.in_(node.step.ports()), decided.c.port), else_=null()))
        .execution_options(**QUIET)
    )


def targets_of(node: Node) -> Iterator[tuple[str, list[str]]]:
    """(step, ports that lead to it), in the order of the ports."""
    ports: dict[str, list[str]] = {}
    for port in node.step.ports():
        ports.setdefault(node.next[port], []).append(port)
    yield from ports.items()


def move(batch: Batch, node: Node) -> None:
    """Put each enrolment that leaves at the step its port leads to."""
    for target, ports in targets_of(node):
        rows = batch.rows(Enrolment.exit_port.in_(ports))
        arrive(batch, batch.node(target), rows, since=end_of_stay(rows) if node.step.rests else rows.c.waiting_since)
        catch_up(batch, batch.node(target))


def end_of_stay(rows: Rows) -> ColumnElement[Any]:
    """When a stay was over: when it was due, not when somebody noticed. From then on events count for the next."""
    return func.least(func.coalesce(rows.c.due_at, rows.c.now), rows.c.now)


def arrive(batch: Batch, node: Node, rows: Rows, since: ColumnElement[Any], visits: int = 1) -> None:
    """Let the enrolments of `rows` stand at `node`, due when its step says; `visits` is how many arrivals this adds."""
    due = node.step.due(rows)
    kinds = node.step.waits_for(rows)
    arriving = select(
        rows.c.enrolment_id,
        (rows.c.now if due is None else due).label("due_at"),
        since.label("since"),
    ).subquery("arriving")
    batch.session.execute(
        update(Enrolment)
        .where(Enrolment.id == arriving.c.enrolment_id)
        .values(
            step=node.id,
            stage=func.coalesce(node.stage, Enrolment.stage),
            visit=Enrolment.visit + visits,
            step_entered_at=batch.act.now,
            due_at=arriving.c.due_at,
            waiting_since=arriving.c.since,
            waits_for=listed(kinds),
            woken_by=null(),
            woken_kind=null(),
            answer=null(),
            exit_port=null(),
        )
        .execution_options(**QUIET)
    )


def listed(kinds: Kinds) -> ColumnElement[Any]:
    """The kinds as an array, NULL for none."""
    return cast(literal(list(kinds), ARRAY(Text)), ARRAY(Text)) if kinds else null()


def catch_up(batch: Batch, node: Node) -> None:
    """Wake those who have just arrived at a wait for what has happened already, since the end of their last stay.

    Without this a reply that commits while its enrolment moves into the wait would be slept through.
    """
    rows = batch.rows((Enrolment.step == node.id) & (Enrolment.step_entered_at == batch.act.now))
    kinds = node.step.waits_for(rows)
    if kinds:
        event = aliased(Event, name="happened")
        wake(batch, node, rows, event, happened_since(event, rows.c.waiting_since))


def wake(batch: Batch, node: Node, rows: Rows, event: Any, among: ColumnElement[bool]) -> int:
    """Make due whoever of `rows` waited for one of the events `among`; the first event counts. Returns how many.

    An event that ended an earlier stay of the same enrolment has done its work.
    """
    spent = select(EnrolmentHistory.id).where(
        EnrolmentHistory.enrolment_id == rows.c.enrolment_id, EnrolmentHistory.woken_by == event.id
    )
    found = (
        select(
            rows.c.enrolment_id,
            event.id.label("event_id"),
            event.kind.label("kind"),
            event.outcome.label("outcome"),
        )
        .ext(distinct_on(rows.c.enrolment_id))
        .join_from(rows.relation, event, event.patient_id == rows.c.patient_id)
        .where(
            event.kind.in_(node.step.waits_for(rows)),
            rows.c.woken_by.is_(None),
            among,
            node.step.wakes(rows, event),
            ~spent.exists(),
        )
        .order_by(rows.c.enrolment_id, event.recorded_at, event.id)
        .subquery("waking")
    )
    woken = batch.session.execute(
        update(Enrolment)
        .where(Enrolment.id == found.c.enrolment_id)
        .values(due_at=batch.act.now, woken_by=found.c.event_id, woken_kind=found.c.kind, answer=found.c.outcome)
        .execution_options(**QUIET)
    )
    return int(woken.rowcount)  # type: ignore[attr-defined]


def stay(batch: Batch, node: Node) -> None:
    """Whoever has no exit yet stays, and is looked at again when the step says or when an event wakes it."""
    rows = batch.rows(Enrolment.exit_port.is_(None))
    again = node.step.again(rows)
    due_at = cast(null() if again is None else again, DateTime(timezone=True))
    later = select(rows.c.enrolment_id, due_at.label("due_at")).subquery("later")
    batch.session.execute(
        update(Enrolment)
        .where(Enrolment.id == later.c.enrolment_id)
        .values(due_at=later.c.due_at, woken_by=null(), woken_kind=null(), answer=null())
        .execution_options(**QUIET)
    )
