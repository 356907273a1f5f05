"""What follows from a walked stretch, as parts of one statement: changes, history, state, events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    Text,
    case,
    cast,
    insert,
    literal,
    null,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from journeys.flow.fused.walking import Walked
from journeys.flow.running.batch import Batch
from journeys.flow.running.ending import COMPLETED, ENDED
from journeys.flow.running.executing import inserting, listed, patients_of, told_of, updating
from journeys.flow.running.relation import PLACE, PLACE_OF_ROW
from journeys.flow.steps.base import Change, Insert, Rows, Tell
from journeys.foundation.later import as_sql
from journeys.store.enrolments import Enrolment, EnrolmentHistory
from journeys.store.events import Event, events_from


@dataclass(frozen=True)
class Part:
    """A part of a statement. `counted` says of what the statement is to count the rows, `emits` of which events these
    are, `rings` for whom a bell then rings."""

    cte: CTE
    counted: bool = False
    emits: str | None = None
    rings: str | None = None


def parts_of(batch: Batch, walked: Walked) -> Iterator[Part]:
    """Everything that is written, in the order in which it is done without a compiler."""
    for place, node in enumerate(walked.stretch.nodes):
        rows = rows_at(walked, place)
        for number, change in enumerate(node.step.inserts(rows)):
            yield from changed(batch, rows, change, f"{place}_{number}")
    yield Part(history(batch, walked))
    yield Part(state(batch, walked))
    if any(node.step.ends_with is not None for node in walked.stretch.nodes):
        yield Part(endings(batch, walked), counted=True, emits=ENDED)


def rows_at(walked: Walked, place: int) -> Rows:
    """Whoever came to a step, as the relation that it speaks about."""
    if place == 0:
        return walked.standing
    now = walked.c.now
    as_it_was = {
        "step": literal(walked.stretch.nodes[place].id),
        "stage": walked.c[f"stage_{place}"],
        "visit": walked.c[f"visit_{place}"],
        "step_entered_at": now,
        "due_at": now,
        "woken_by": cast(null(), BigInteger),
        "woken_kind": cast(null(), Text),
        "answer": cast(null(), Text),
        "exit_port": cast(null(), Text),
    }
    chosen = [as_it_was.get(name, walked.c[name]).label(name) for name in walked.standing.c.keys()]  # noqa: SIM118
    came = select(*chosen).where(walked.c[f"visit_{place}"].is_not(None))
    return replace(walked.standing, relation=came.subquery(f"at_{place}"))


def changed(batch: Batch, rows: Rows, change: Change, name: str) -> Iterator[Part]:
    """One declared change, and the events about it."""
    if isinstance(change, Insert):
        yield from inserted(batch, rows, change, name)
        return
    if isinstance(change, Tell):
        yield told(batch, told_of(rows, change), change.kind, name)
        return
    yield Part(updating(rows, change).cte(f"changed_{name}"))
    if change.emits is not None:
        yield told(batch, patients_of(rows), change.emits, name)


def told(batch: Batch, about: Select[Any], kind: str, name: str) -> Part:
    """Events of a kind about each of these."""
    happened = events_from(batch.act, kind, about).returning(Event.id)
    return Part(happened.cte(f"happened_{name}"), counted=True, emits=kind)


def inserted(batch: Batch, rows: Rows, change: Insert, name: str) -> Iterator[Part]:
    """New rows, and the events about them."""
    table: Any = change.table
    made = inserting(rows, change).returning(table.id, table.patient_id, table.enrolment_id).cte(f"made_{name}")
    yield Part(made, counted=True, rings=change.rings)
    if change.emits is None:
        return
    about = select(
        made.c.patient_id,
        literal(table.__tablename__).label("subject_kind"),
        made.c.id.label("subject_id"),
        made.c.enrolment_id,
    )
    yield told(batch, about, change.emits, name)


def history(batch: Batch, walked: Walked) -> CTE:
    """One row for each step that was left, those of one enrolment beside each other: indexes then grow at one end."""
    left = union_all(*(left_at(walked, place) for place in range(len(walked.stretch.nodes)))).lateral("taken")
    columns: dict[str, ColumnElement[Any]] = {
        "enrolment_id": walked.c.enrolment_id,
        "patient_id": walked.c.patient_id,
        "version_id": walked.c.version_id,
        **dict(left.c.items()),
        "left_at": walked.c.now,
        "act": as_sql(batch.act.by),
    }
    chosen = select(*columns.values()).select_from(walked.relation.join(left, true()))
    taken = chosen.where(left.c.port.is_not(None))
    statement = insert(EnrolmentHistory).from_select(list(columns), taken, include_defaults=False)
    return statement.cte("history")


def left_at(walked: Walked, place: int) -> Select[Any]:
    """What the history keeps of the step at one place; the port is null for whoever did not leave it."""
    is_first = place == 0
    columns: dict[str, ColumnElement[Any]] = {
        "step": literal(walked.stretch.nodes[place].id),
        "stage": walked.c[f"stage_{place}"],
        "visit": walked.c[f"visit_{place}"],
        "port": walked.c[f"port_{place}"],
        "entered_at": walked.c.came_at if is_first else walked.c.now,
        "woken_by": walked.c.came_by if is_first else cast(null(), BigInteger),
    }
    return select(*(value.label(name) for name, value in columns.items())).correlate(walked.relation)


def state(batch: Batch, walked: Walked) -> CTE:
    """Where everybody stands now; whoever stands still because a step decided nothing is left as they are."""
    has_ended = walked.c.ended.is_not(None)
    names = ("step", "stage", "visit", "step_entered_at", "due_at", "waiting_since", "woken_by", "woken_kind", "answer")
    changing: dict[str, Any] = {name: walked.c[name] for name in names}
    changing |= {"waits_for": waits_for(batch, walked), "exit_port": null()}
    if any(node.step.ends_with is not None for node in walked.stretch.nodes):
        changing["status"] = case((has_ended, COMPLETED), else_=Enrolment.status)
        changing["ended_at"] = case((has_ended, walked.c.now))
        changing["ended_reason"] = walked.c.ended
    # found by the place of the row, which this very statement has read: nobody is looked up in the index again
    is_it = (Enrolment.id == walked.c.enrolment_id) & (walked.c[PLACE_OF_ROW] == PLACE)
    statement = update(Enrolment).where(is_it).values(changing)
    return statement.cte("state")


def waits_for(batch: Batch, walked: Walked) -> ColumnElement[Any]:
    """The kinds of events that the step waits for at which somebody stands now; those who stand still keep theirs."""
    arms = []
    for step_id in arrived_at(batch, walked):
        kinds = batch.node(step_id).step.waits_for(walked.standing)
        arms.append(((walked.c.step == step_id) & (walked.c.port_0.is_not(None)), listed(kinds)))
    kept = case((walked.c.port_0.is_(None), Enrolment.waits_for), else_=cast(null(), ARRAY(Text)))
    return case(*arms, else_=kept) if arms else kept


def arrived_at(batch: Batch, walked: Walked) -> list[str]:
    """The steps that wait for events and to which steps of this stretch lead, each once."""
    nodes = walked.stretch.nodes
    targets = dict.fromkeys(node.next[port] for node in nodes for port in node.step.ports())
    return [step_id for step_id in targets if batch.node(step_id).step.waits_for(walked.standing)]


def endings(batch: Batch, walked: Walked) -> CTE:
    """One event for each enrolment that has ended; its code is the journey's slug, its outcome the reason."""
    about: Select[Any] = select(
        walked.c.patient_id,
        literal(Enrolment.__tablename__).label("subject_kind"),
        walked.c.enrolment_id.label("subject_id"),
        literal(batch.published.slug).label("code"),
        walked.c.ended.label("outcome"),
    ).where(walked.c.ended.is_not(None))
    return events_from(batch.act, ENDED, about).returning(Event.id).cte("has_ended")
