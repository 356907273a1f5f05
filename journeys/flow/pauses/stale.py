"""What came due while a journey was paused, counted by step: waits that ended, messages, tasks.

A message is stale where it waits already, or where somebody whose time has come may get to it without another wait that
takes time or that nothing has ended yet. Branches are not decided here, nor which codes and answers of an event a wait
asks for, so several steps may count the same patient.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from journeys.contact.sending.go_on import is_held_up
from journeys.flow.pauses.happened import Place, happened_since, is_over
from journeys.flow.running.versions import PublishedJourney, published
from journeys.flow.text.definition import Node
from journeys.flow.text.graph import follow, spread
from journeys.foundation.errors import Invalid
from journeys.foundation.tables import Texts
from journeys.store.configuration import DefinitionVersion
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment
from journeys.store.tasks import OPEN_STATUSES, Task

Journeys = Mapping[int, PublishedJourney]


@dataclass(frozen=True)
class StaleStep:
    """So many stand at one step of one version whose time has come; `since` is when it first did.

    `unsaid` of them have no message of this very step yet; a question that waits for its answer has one.
    """

    version_id: int
    number: int
    step: str
    name: Texts
    type: str
    count: int
    since: dt.datetime
    unsaid: int

    def coming_to(self, step: str) -> int:
        """How many of them may get to a step that they can get to at all."""
        return self.unsaid if step == self.step else self.count


@dataclass(frozen=True)
class StaleMessages:
    """Messages of one step: `waiting` were planned before, `coming` patients may get to the step at once.

    `late` of both are past the time for which they were useful. `since` is when the first was planned or due.
    """

    version_id: int
    number: int
    step: str
    name: Texts
    waiting: int
    coming: int
    late: int
    since: dt.datetime


@dataclass(frozen=True)
class OpenTasks:
    """Tasks of one step that are still to be done; `overdue` of them should have been done by now."""

    version_id: int
    number: int
    step: str
    name: Texts
    count: int
    overdue: int


@dataclass(frozen=True)
class Stale:
    """Everything that came due: where patients stand, which messages that means, and tasks. `held` is all on hold."""

    held: int
    steps: list[StaleStep]
    messages: list[StaleMessages]
    tasks: list[OpenTasks]


def stale_of(session: Session, now: dt.datetime, definition_id: int) -> Stale:
    """Count it all; six statements, however many patients there are."""
    standing = session.execute(standing_rows(now, definition_id)).all()
    waiting = session.execute(waiting_messages(now, definition_id)).all()
    tasks = session.execute(open_tasks(now, definition_id)).all()
    held = session.scalar(select(func.count()).select_from(Enrolment).where(*on_hold(definition_id))) or 0
    journeys = readable(session, {row.version_id for row in (*standing, *waiting, *tasks)})
    steps = [step_of(journeys, row) for row in standing]
    return Stale(
        held,
        steps,
        messages_of(session, now, definition_id, journeys, steps, waiting),
        [OpenTasks(row.version_id, row.number, row.step, name_of(journeys, row), row.total, row.late) for row in tasks],
    )


def on_hold(definition_id: int) -> tuple[ColumnElement[bool], ...]:
    """SQL: the enrolments of a journey that wait for it to go on."""
    return (
        Enrolment.definition_id == definition_id,
        Enrolment.ended_at.is_(None),
        Enrolment.status == "on-hold",
    )


def counted(definition_id: int, step: Any, since: Any, late: ColumnElement[bool]) -> Select[Any]:
    """SELECT how many by version and step, the first moment, and how many are `late`; over enrolments on hold."""
    return (
        select(
            Enrolment.version_id,
            DefinitionVersion.number,
            step.label("step"),
            func.count().label("total"),
            func.min(since).label("since"),
            func.count().filter(late).label("late"),
        )
        .select_from(Enrolment)
        .join(DefinitionVersion, DefinitionVersion.id == Enrolment.version_id)
        .where(*on_hold(definition_id))
        .group_by(Enrolment.version_id, DefinitionVersion.number, step)
        .order_by(DefinitionVersion.number, step)
    )


def standing_rows(now: dt.datetime, definition_id: int) -> Select[Any]:
    """SELECT where those stand whose time has come."""
    due = Enrolment.due_at
    said = select(Message.id).where(
        Message.enrolment_id == Enrolment.id, Message.step == Enrolment.step, Message.visit == Enrolment.visit
    )
    return counted(definition_id, Enrolment.step, due, ~said.exists()).where(due <= now)


def waiting_messages(now: dt.datetime, definition_id: int) -> Select[Any]:
    """SELECT the messages that the pause holds up."""
    late = Message.useful_until <= now
    rows = counted(definition_id, Message.step, Message.planned_at, late)
    return rows.join(Message, Message.enrolment_id == Enrolment.id).where(is_held_up(now))


def open_tasks(now: dt.datetime, definition_id: int) -> Select[Any]:
    """SELECT the tasks that are still to be done."""
    rows = counted(definition_id, Task.step, Task.created_at, Task.due_at < now)
    return rows.join(Task, Task.enrolment_id == Enrolment.id).where(Task.status.in_(OPEN_STATUSES))


def readable(session: Session, version_ids: Iterable[int]) -> Journeys:
    """The versions that can be read; who walks another one will be set aside."""
    found: dict[int, PublishedJourney] = {}
    for version_id in sorted(version_ids):
        try:
            found.update(published(session, [version_id]))
        except (Invalid, LookupError, TypeError):
            continue
    return found


def node_of(journeys: Journeys, version_id: int, step: str) -> Node | None:
    """The step of a version, if that can be read."""
    journey = journeys.get(version_id)
    return None if journey is None else journey.journey.nodes.get(step)


def name_of_step(journeys: Journeys, version_id: int, step: str) -> Texts:
    """What the clinic calls a step."""
    node = node_of(journeys, version_id, step)
    return {"en": step} if node is None else node.name


def name_of(journeys: Journeys, row: Any) -> Texts:
    """What the clinic calls the step of a row."""
    return name_of_step(journeys, row.version_id, row.step)


def step_of(journeys: Journeys, row: Any) -> StaleStep:
    """One row with the name and the type of its step."""
    node = node_of(journeys, row.version_id, row.step)
    kind = "" if node is None else node.step.name
    return StaleStep(row.version_id, row.number, row.step, name_of(journeys, row), kind, row.total, row.since, row.late)


def sends_from(journey: PublishedJourney, step: str, kinds: AbstractSet[str]) -> list[str]:
    """The steps that write a message to whoever goes on from `step`, before the next wait that takes time.

    The wait itself at which they stand is over, whatever it waited for; `kinds` of events may have ended others.
    """
    nodes = journey.journey.nodes
    if step not in nodes:
        return []
    after = follow(nodes, lambda node, port: not node.step.pauses(port) or is_over(node, port, kinds))
    after[step] = follow(nodes)[step]
    reached = spread(after, [step])
    return [each for each in nodes if each in reached and nodes[each].step.contacts]


def messages_of(
    session: Session,
    now: dt.datetime,
    definition_id: int,
    journeys: Journeys,
    steps: Sequence[StaleStep],
    waiting: Sequence[Any],
) -> list[StaleMessages]:
    """What waits and what is coming, put together by step."""
    leading: dict[Place, list[StaleStep]] = {}
    happened = happened_since(session, now, journeys, steps, on_hold(definition_id))
    for row in steps:
        journey = journeys.get(row.version_id)
        kinds = happened.get((row.version_id, row.step), set())
        for send in sends_from(journey, row.step, kinds) if journey is not None else ():
            if not row.coming_to(send):
                continue
            leading.setdefault((row.version_id, send), []).append(row)
    late = late_ones(session, now, definition_id, journeys, leading)
    planned = {(row.version_id, row.step): row for row in waiting}
    numbers = {row.version_id: row.number for row in (*steps, *waiting)}
    found = []
    for place in sorted({*leading, *planned}, key=lambda place: (numbers[place[0]], place)):
        version_id, step = place
        before = planned.get(place)
        coming = leading.get(place, [])
        since = min([row.since for row in coming] + ([before.since] if before is not None else []))
        found.append(
            StaleMessages(
                version_id,
                numbers[version_id],
                step,
                name_of_step(journeys, version_id, step),
                before.total if before is not None else 0,
                sum(row.coming_to(step) for row in coming),
                late.get(place, 0) + (before.late if before is not None else 0),
                since,
            )
        )
    return found


def late_ones(
    session: Session,
    now: dt.datetime,
    definition_id: int,
    journeys: Journeys,
    leading: Mapping[Place, Sequence[StaleStep]],
) -> dict[Place, int]:
    """How many would have got each message in time to be of use, and would not now; one statement for all steps."""
    columns = []
    for version_id, step in leading:
        node = node_of(journeys, version_id, step)
        days = getattr(node.step, "useful_for_days", None) if node is not None else None
        if days is None:
            continue
        standing = [row.step for row in leading[version_id, step]]
        is_late = Enrolment.due_at <= now - dt.timedelta(days=days)
        here = (Enrolment.version_id == version_id) & Enrolment.step.in_(standing)
        columns.append(((version_id, step), func.count().filter(is_late & here)))
    if not columns:
        return {}
    row = session.execute(select(*(count for _, count in columns)).where(*on_hold(definition_id))).one()
    return {place: count for (place, _), count in zip(columns, row, strict=True)}
