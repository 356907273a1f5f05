"""What the morning meeting looks at: everything that is past its limit or soon will be, the worst first, in one
statement."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    Text,
    and_,
    case,
    func,
    literal,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import Session, aliased

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.tables import Texts
from journeys.store.organisation import Location
from journeys.store.people import Patient
from journeys.store.tasks import OPEN_STATUSES, Task, TaskQueue
from journeys.work.clocks.clock import Clock, clocks_in_force
from journeys.work.clocks.running import running

NOBODY = "nobody"
SOON = dt.timedelta(days=1)
FEW = 8
MANY = 50

Place = tuple[int, dt.datetime, str, int]
"""Where a line stands: what matters most first, then what is overdue longest."""


@dataclass(frozen=True)
class Wanted:
    """What to show: of one kind of thing or all, a branch's (its slug), somebody's (a username, or nobody's), a
    queue's, of at least a risk, standing still for so many days. `after` is where the page before ended."""

    entity: str | None = None
    location: str | None = None
    owner: str | None = None
    queue: str | None = None
    risk: int = 0
    days: int = 0
    after: Place | None = None


@dataclass(frozen=True)
class Line:
    """One thing that stands still. `clocks` is how many clocks run out on it: the worst is shown. `patient` opens the
    name; `task` is the open task about it, if there is one, and `owner` whoever has that task or the thing itself."""

    clock: Clock
    patient: Patient
    subject_kind: str
    subject_id: int
    subject_uid: uuid.UUID
    since: dt.datetime
    deadline: dt.datetime
    hard_at: dt.datetime | None
    priority: str
    severity: str | None
    risk: int
    clocks: int
    title: Texts | None
    display: str | None
    location: str | None
    owner: str | None
    queue: Texts | None
    task: uuid.UUID | None

    @property
    def place(self) -> Place:
        """Where it stands in the order of its kind."""
        return (-self.risk, self.deadline, self.subject_kind, self.subject_id)


@dataclass(frozen=True)
class Kind:
    """The things of one kind: how many are past their limit, how many soon, and the first of them."""

    entity: str
    late: int
    soon: int
    high: int
    lines: tuple[Line, ...]
    after: Place | None = None


@dataclass(frozen=True)
class Board:
    """The kinds of which something stands still, by their names in the registry; whether any clock is in force."""

    kinds: tuple[Kind, ...] = ()
    has_clocks: bool = True

    @property
    def late(self) -> int:
        """How many things are past a limit."""
        return sum(kind.late for kind in self.kinds)

    @property
    def soon(self) -> int:
        """How many soon will be."""
        return sum(kind.soon for kind in self.kinds)

    @property
    def high(self) -> int:
        """How many matter most."""
        return sum(kind.high for kind in self.kinds)


def safety_board(session: Session, act: Act, wanted: Wanted | None = None, ahead: dt.timedelta = SOON) -> Board:
    """The board of the act's branches; whoever is named on it is noted for the audit.

    Of each kind the first few, or of the one kind that is wanted a page.
    """
    wanted = wanted or Wanted()
    clocks = clocks_in_force(session)
    chosen = [each for each in clocks if wanted.entity in (None, each.entity)]
    if not chosen:
        audit.nothing_happened(session)
        return Board(has_clocks=bool(clocks))
    size = FEW if wanted.entity is None else MANY
    rows = session.execute(lines_of(chosen, act.now, act.now + ahead, wanted, size + 1)).all()
    board = Board(tuple(kinds_of(rows, {each.slug: each for each in clocks}, size)))
    shown = [line for kind in board.kinds for line in kind.lines]
    audit.note(session, "R", "safety-board", patients=[line.patient.id for line in shown], detail={"shown": len(shown)})
    return board


def lines_of(clocks: Collection[Clock], now: dt.datetime, until: dt.datetime, wanted: Wanted, size: int) -> Select[Any]:
    """SELECT the first lines of each kind with the sums of the kind, in the order in which they are read."""
    one = worst_of_each(clocks, now, until)
    task, queue, place = aliased(Task), aliased(TaskQueue), aliased(Location)
    owner = func.coalesce(task.owner, one.c.owner)
    is_late = one.c.deadline <= now
    kind: dict[str, Any] = {"partition_by": one.c.entity}
    # what stood on the pages before comes last, where the sums still count it
    order = (case((comes_after(wanted.after, one), 0), else_=1), *in_order(one))
    rank = func.row_number().over(**kind, order_by=order).label("rank")
    sums = (
        func.count().filter(is_late).over(**kind).label("late"),
        func.count().filter(~is_late).over(**kind).label("soon"),
        func.count().filter(one.c.risk >= 2).over(**kind).label("high"),
    )
    counted = (
        select(*one.c, owner.label("has"), queue.name.label("queue"), place.name.label("place"), task.uid, rank, *sums)
        .select_from(one)
        .outerjoin(task, task.id == open_task_of(one))
        .outerjoin(queue, queue.id == func.coalesce(task.queue_id, one.c.queue_id))
        .outerjoin(place, place.id == one.c.location_id)
        .where(*filters(wanted, one, owner, queue, place, now))
        .subquery("counted")
    )
    return (
        select(counted, Patient)
        .join(Patient, Patient.id == counted.c.patient_id)
        .where(counted.c.rank <= size, comes_after(wanted.after, counted))
        .order_by(counted.c.entity, counted.c.rank)
    )


def worst_of_each(clocks: Collection[Clock], now: dt.datetime, until: dt.datetime) -> Any:
    """One row for each thing, of the clock that matters most, with the number of all that run out on it."""
    rows = running(clocks, now, until).subquery("running")
    thing: dict[str, Any] = {"partition_by": (rows.c.subject_kind, rows.c.subject_id)}
    order = (rows.c.risk.desc(), rows.c.deadline, rows.c.clock)
    turn = func.row_number().over(**thing, order_by=order).label("turn")
    ranked = select(*rows.c, turn, func.count().over(**thing).label("clocks")).subquery("ranked")
    return select(ranked).where(ranked.c.turn == 1).subquery("one")


def open_task_of(one: Any) -> Any:
    """SQL: the id of the newest open task about a thing; a task is about itself."""
    about = and_(Task.focus_kind == one.c.subject_kind, Task.focus_id == one.c.subject_id)
    newest = select(func.max(Task.id)).where(about, Task.status.in_(OPEN_STATUSES)).correlate_except(Task)
    return case((one.c.subject_kind == "task", one.c.subject_id), else_=newest.scalar_subquery())


def in_order(rows: Any) -> tuple[Any, ...]:
    """What matters most first, then what is overdue longest."""
    return (-rows.c.risk, rows.c.deadline, rows.c.subject_kind, rows.c.subject_id)


def comes_after(place: Place | None, rows: Any) -> ColumnElement[bool]:
    """SQL: whether a row comes after this place; every row where there is none."""
    if place is None:
        return true()
    kinds: tuple[Any, ...] = (Integer(), DateTime(timezone=True), Text(), BigInteger())
    return tuple_(*in_order(rows)) > tuple_(*(literal(each, kind) for each, kind in zip(place, kinds, strict=True)))


def filters(
    wanted: Wanted, one: Any, owner: Any, queue: Any, place: Any, now: dt.datetime
) -> Sequence[ColumnElement[bool]]:
    """The conditions that are asked for."""
    conditions: list[Any] = [one.c.risk >= wanted.risk]
    if wanted.location is not None:
        conditions.append(place.slug == wanted.location)
    if wanted.owner is not None:
        conditions.append(owner.is_(None) if wanted.owner == NOBODY else owner == wanted.owner)
    if wanted.queue is not None:
        conditions.append(queue.slug == wanted.queue)
    if wanted.days:
        conditions.append(one.c.since <= now - dt.timedelta(days=wanted.days))
    return conditions


def kinds_of(rows: Sequence[Any], clocks: dict[str, Clock], size: int) -> list[Kind]:
    """The rows of the statement, kind by kind."""
    kinds: dict[str, Kind] = {}
    for row in rows:
        kind = kinds.setdefault(row.entity, Kind(row.entity, row.late, row.soon, row.high, ()))
        if len(kind.lines) == size:
            kinds[row.entity] = replace(kind, after=kind.lines[-1].place)
        else:
            kinds[row.entity] = replace(kind, lines=(*kind.lines, line_of(row, clocks[row.clock])))
    return list(kinds.values())


def line_of(row: Any, clock: Clock) -> Line:
    """One of them."""
    return Line(
        clock=clock,
        patient=row.Patient,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        subject_uid=row.subject_uid,
        since=row.since,
        deadline=row.deadline,
        hard_at=row.hard_at,
        priority=row.priority,
        severity=row.severity,
        risk=row.risk,
        clocks=row.clocks,
        title=row.title,
        display=row.display,
        location=row.place,
        owner=row.has,
        queue=row.queue,
        task=row.uid,
    )
