"""Walks a stretch: one row for each enrolment, with how it left each step and where it stands in the end.

Every step is a layer over the one before. In each, whoever stands at the step gets its exit, worked out once, and what
arriving at the next step means; everybody else passes unchanged. So the relation that a step speaks about is what the
reference executor would show it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    Integer,
    Text,
    and_,
    case,
    cast,
    literal,
    literal_column,
    null,
    select,
)

from journeys.flow.fused.stretches import Stretch
from journeys.flow.running.batch import Batch
from journeys.flow.running.executing import end_of_stay, targets_of
from journeys.flow.steps.base import Rows
from journeys.flow.text.definition import Node

INSTANT = DateTime(timezone=True)
FENCE = literal_column("0", Integer)
"""OFFSET 0 keeps the planner from working out an exit again wherever it is named."""

FORGOTTEN = ("woken_by", "woken_kind", "answer", "exit_port")
"""What is null again for whoever has moved on."""

Columns = dict[str, Any]


@dataclass(frozen=True)
class Walked:
    """The relation `walked` of a stretch, and the rows `standing` that it began with.

    Beside the documented columns it has, for each step by its place: `port_0` (null: it did not leave here), `visit_0`
    and `stage_0` (as it stood there; visit is null for whoever never came); and `came_at`, `came_by` of the first.
    `ended` is the reason of an end.
    """

    stretch: Stretch
    standing: Rows
    relation: CTE

    @property
    def c(self) -> Any:
        """Its columns."""
        return self.relation.c


def walk(batch: Batch, stretch: Stretch) -> Walked:
    """The relation, as a part of a statement."""
    rows = batch.rows()
    standing = replace(rows, relation=rows.relation.element.cte("standing"))
    relation: Any = standing.relation
    columns: Columns = dict(relation.c.items())
    columns |= {"came_at": relation.c.step_entered_at, "came_by": relation.c.woken_by, "ended": cast(null(), Text)}
    for place, node in enumerate(stretch.nodes):
        decided = decide(columns, relation, standing, place, node)
        columns, relation = moved(batch, replace(standing, relation=decided), place, node), decided
    walked = select(*(column.label(name) for name, column in columns.items())).select_from(relation)
    walked = walked.order_by(relation.c.patient_id, relation.c.enrolment_id)
    return Walked(stretch, standing, walked.cte("walked").prefix_with("MATERIALIZED"))


def decide(columns: Columns, relation: Any, rows: Rows, place: int, node: Node) -> Any:
    """The layer of one step: `exit_port` is how whoever stands there leaves, null for everybody else."""
    before = select(*(column.label(name) for name, column in columns.items())).select_from(relation)
    came = before.subquery(f"came_{place}")
    stands_here = came.c.step == node.id
    port = literal("end") if node.step.ends_with is not None else node.step.exit(replace(rows, relation=came))
    layer = {
        **dict(came.c.items()),
        "exit_port": cast(case((stands_here, port)), Text),
        f"visit_{place}": case((stands_here, came.c.visit)),
        f"stage_{place}": case((stands_here, came.c.stage)),
    }
    chosen = select(*(column.label(name) for name, column in layer.items())).offset(FENCE)
    return chosen.subquery(f"decided_{place}")


def moved(batch: Batch, rows: Rows, place: int, node: Node) -> Columns:
    """The columns after everybody who has an exit has followed it."""
    if node.step.ends_with is not None:
        return ended(rows, place, node)
    leaves = rows.c.exit_port.in_(node.step.ports())
    ways = [(batch.node(target), rows.c.exit_port.in_(ports)) for target, ports in targets_of(node)]
    arrivals = [(goes, arrival(target, rows)) for target, goes in ways]
    since = end_of_stay(rows) if node.step.rests else rows.c.waiting_since
    columns: Columns = {
        **dict(rows.c.items()),
        f"port_{place}": case((leaves, rows.c.exit_port)),
        "step": case(*((goes, target.id) for target, goes in ways), else_=rows.c.step),
        "stage": stage_after(rows, ways),
        "visit": case((leaves, rows.c.visit + 1), else_=rows.c.visit),
        "step_entered_at": case((leaves, rows.c.now), else_=rows.c.step_entered_at),
        "due_at": case(*arrivals, *staying(rows, node), else_=rows.c.due_at),
        "waiting_since": case((leaves, since), else_=rows.c.waiting_since),
    }
    return columns | forgotten(rows, leaves, node)


def ended(rows: Rows, place: int, node: Node) -> Columns:
    """The columns after an end: whoever came here stands nowhere."""
    comes = rows.c.exit_port.is_not(None)
    return {
        **dict(rows.c.items()),
        f"port_{place}": rows.c.exit_port,
        "step": case((comes, null()), else_=rows.c.step),
        "due_at": case((comes, null()), else_=rows.c.due_at),
        "ended": case((comes, node.step.ends_with), else_=rows.c.ended),
    } | forgotten(rows, comes, node)


def stage_after(rows: Rows, ways: Iterable[tuple[Node, ColumnElement[bool]]]) -> ColumnElement[Any]:
    """The stage of the step that somebody arrives at, where it has one."""
    arms = [(goes, target.stage) for target, goes in ways if target.stage is not None]
    return case(*arms, else_=rows.c.stage) if arms else rows.c.stage


def arrival(target: Node, rows: Rows) -> ColumnElement[Any]:
    """When the step that somebody arrives at is due."""
    due = target.step.due(rows)
    return cast(rows.c.now if due is None else due, INSTANT)


def staying(rows: Rows, node: Node) -> Iterable[tuple[ColumnElement[bool], ColumnElement[Any]]]:
    """When a step looks again at whoever it keeps."""
    if not node.step.stays:
        return
    again = node.step.again(rows)
    yield keeps(rows, node), cast(null() if again is None else again, INSTANT)


def keeps(rows: Rows, node: Node) -> ColumnElement[bool]:
    """Who stands at a step that may keep somebody, and does not leave it."""
    return and_(rows.c.step == node.id, rows.c.exit_port.in_(node.step.ports()).isnot(True))


def forgotten(rows: Rows, leaves: ColumnElement[bool], node: Node) -> Columns:
    """What woke somebody counts once: for leaving, or for being looked at again."""
    done = leaves | keeps(rows, node) if node.step.stays else leaves
    kept = {name: case((done, null()), else_=rows.c[name]) for name in FORGOTTEN}
    return {**kept, "exit_port": cast(null(), Text)}
