"""How patients went through a journey: who came to each step, stands there, left it by which way, and why they ended.

Counted by two statements over indexed columns, however many patients there are: those who stand somewhere now, and the
steps that were left since a moment. `entered` is both together, so it too is of that time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.flow.running.relation import one_of_ids
from journeys.flow.running.versions import published
from journeys.flow.text.definition import Journey, Node
from journeys.flow.text.graph import followers
from journeys.flow.words.names import ENDINGS
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.tables import Texts
from journeys.store.configuration import DefinitionVersion
from journeys.store.enrolments import Enrolment, EnrolmentHistory
from journeys.store.putting_in_force.definitions import JOURNEY, find

GOAL = "goal"
EXIT = "exit"
END = "end"
LEFT_FOR_GOOD = ""
"""The way out by which goals, exits and ends are counted; a port of a step may be called anything."""


@dataclass
class StepFlow:
    """One step: how many stand there, left by each port, and how long those who stand there have waited.

    `median` and `longest` are of those who stand there now, `usual` the mean stay of those who left.
    """

    step_id: str
    type: str
    name: Texts
    stage: str | None
    standing: int = 0
    left: dict[str, int] = field(default_factory=dict)
    median: dt.timedelta | None = None
    longest: dt.timedelta | None = None
    usual: dt.timedelta | None = None

    @property
    def entered(self) -> int:
        """How many came to the step."""
        return self.standing + sum(self.left.values())


@dataclass(frozen=True)
class Ended:
    """So many ended for a reason: `kind` is goal, exit, end or, for what stands in no journey, empty.

    `name` is the goal's, the exit's or the end's as the clinic wrote it; `code` is the reason of an end step or of the
    engine.
    """

    kind: str
    code: str
    name: Texts | None
    count: int


@dataclass(frozen=True)
class StageFlow:
    """One stage: how often it was come to, and how many are in it now."""

    stage: str
    entered: int
    standing: int


@dataclass(frozen=True)
class Funnel:
    """The figures of one version, or of all (`number` None); `written` are all their steps by id, the newest as it is
    written."""

    name: Texts
    number: int | None
    numbers: Sequence[int]
    steps: Sequence[StepFlow]
    stages: Sequence[StageFlow]
    ended: Sequence[Ended]
    written: Mapping[str, Any]
    since: dt.datetime

    @property
    def standing(self) -> int:
        """How many are in the journey now."""
        return sum(step.standing for step in self.steps)

    @property
    def left(self) -> int:
        """How many came out of it."""
        return sum(each.count for each in self.ended)


def funnel(session: Session, act: Act, slug: str, since: dt.datetime, number: int | None = None) -> Funnel:
    """The figures of a journey over the patients of this scope; of its version `number`, where there is one."""
    definition = find(session, JOURNEY, slug)
    asked = select(DefinitionVersion.id, DefinitionVersion.number)
    versions = {
        row.number: row.id
        for row in session.execute(
            asked.where(DefinitionVersion.definition_id == definition.id).order_by(DefinitionVersion.number.desc())
        )
    }
    wanted = [versions[number]] if number in versions else list(versions.values())
    journeys = {version_id: found.journey for version_id, found in published(session, wanted).items()}
    standing = session.execute(standing_rows(wanted)).all()
    left = session.execute(left_rows(wanted, since)).all()
    audit.note(session, "R", "journey.funnel", [definition.id], detail={"slug": slug, "number": number})
    steps = steps_of(journeys)
    fill_standing(steps, standing, act.now)
    fill_left(steps, left, journeys)
    return Funnel(
        name=definition.name,
        number=number if number in versions else None,
        numbers=list(versions),
        steps=list(steps.values()),
        stages=stages_of(steps, standing, left, journeys),
        ended=endings_of(left, journeys),
        written={step_id: step for _, each in sorted(journeys.items()) for step_id, step in each.head.steps.items()},
        since=since,
    )


def standing_rows(version_ids: Sequence[int]) -> Any:
    """SELECT who stands where, and since when: the longest, and the one in the middle."""
    since = Enrolment.step_entered_at
    return (
        select(
            Enrolment.version_id,
            Enrolment.step,
            Enrolment.stage,
            func.count().label("count"),
            func.min(since).label("longest"),
            func.percentile_disc(0.5).within_group(since).label("median"),
        )
        .where(one_of_ids(Enrolment.version_id, version_ids), Enrolment.ended_at.is_(None))
        .group_by(Enrolment.version_id, Enrolment.step, Enrolment.stage)
    )


def left_rows(version_ids: Sequence[int], since: dt.datetime) -> Any:
    """SELECT who left which step by which port, and how long they were there."""
    taken = EnrolmentHistory
    keys = (taken.version_id, taken.step, taken.stage, taken.port)
    return (
        select(*keys, func.count().label("count"), func.sum(taken.left_at - taken.entered_at).label("stay"))
        .where(one_of_ids(taken.version_id, version_ids), taken.left_at >= since)
        .group_by(*keys)
    )


def steps_of(journeys: Mapping[int, Journey]) -> dict[str, StepFlow]:
    """Every step of these versions in walking order, those of the newest first."""
    steps: dict[str, StepFlow] = {}
    for version_id in sorted(journeys, reverse=True):
        for node in in_walking_order(journeys[version_id]):
            steps.setdefault(node.id, StepFlow(node.id, node.step.name, node.name, node.stage))
    return steps


def in_walking_order(journey: Journey) -> list[Node]:
    """The steps from the start on, first way out first; then what no way leads to."""
    order: dict[str, None] = {}
    waiting = [journey.head.start]
    while waiting:
        step_id = waiting.pop()
        if step_id in journey.nodes and step_id not in order:
            order[step_id] = None
            waiting.extend(reversed(followers(journey.nodes, step_id)))
    return [journey.nodes[step_id] for step_id in dict.fromkeys([*order, *journey.nodes])]


def fill_standing(steps: dict[str, StepFlow], rows: Iterable[Any], now: dt.datetime) -> None:
    """Write who stands where. Over several versions the median is that of the version where most stand."""
    most: dict[str, int] = {}
    for row in rows:
        step = steps.get(row.step)
        if step is None:
            continue
        step.standing += row.count
        step.longest = max(step.longest or dt.timedelta(0), now - row.longest)
        if row.count > most.get(row.step, 0):
            most[row.step] = row.count
            step.median = now - row.median


def fill_left(steps: dict[str, StepFlow], rows: Iterable[Any], journeys: Mapping[int, Journey]) -> None:
    """Write who left by which port; goals and exits, which are no port of a step, count as LEFT_FOR_GOOD."""
    stays: dict[str, tuple[dt.timedelta, int]] = {}
    for row in rows:
        step = steps.get(row.step)
        if step is None:
            continue
        port = row.port if leads_on(journeys[row.version_id], row) else LEFT_FOR_GOOD
        step.left[port] = step.left.get(port, 0) + row.count
        stay, count = stays.get(row.step, (dt.timedelta(0), 0))
        stays[row.step] = (stay + row.stay, count + row.count)
        step.usual = stays[row.step][0] / stays[row.step][1]


def leads_on(journey: Journey, row: Any) -> bool:
    """Whether a row of the history went on to another step."""
    node = journey.nodes.get(row.step)
    return node is not None and row.port in node.step.ports()


def endings_of(rows: Iterable[Any], journeys: Mapping[int, Journey]) -> list[Ended]:
    """Why enrolments ended, the most frequent reason first."""
    found: dict[tuple[str, str], tuple[Texts | None, int]] = {}
    for row in rows:
        journey = journeys[row.version_id]
        if leads_on(journey, row):
            continue
        kind, code, name = reason_of(journey, row)
        found[kind, code] = (name, found.get((kind, code), (None, 0))[1] + row.count)
    ended = [Ended(kind, code, name, count) for (kind, code), (name, count) in found.items()]
    return sorted(ended, key=lambda each: (-each.count, each.kind, each.code))


def reason_of(journey: Journey, row: Any) -> tuple[str, str, Texts | None]:
    """(kind, code, name) of the ending that a row of the history tells."""
    for purpose, position, ending in journey.endings():
        if row.port == f"{purpose}:{position}":
            return purpose, row.port, ending.name
    node = journey.nodes.get(row.step)
    if node is not None and row.port == END:
        code = node.step.ends_with or END
        return END, code, None if code in ENDINGS else journey.name_of_end(code)
    return "", row.port, None


def stages_of(
    steps: Mapping[str, StepFlow], standing: Iterable[Any], left: Iterable[Any], journeys: Mapping[int, Journey]
) -> list[StageFlow]:
    """How often each stage was come to: by a way from another stage, or at the start."""
    inside: dict[str, int] = {}
    for row in standing:
        if row.stage is not None:
            inside[row.stage] = inside.get(row.stage, 0) + row.count
    entered: dict[str, int] = {}
    into_start = 0
    starts = {version_id: journey.head.start for version_id, journey in journeys.items()}
    for row in left:
        journey = journeys[row.version_id]
        if not leads_on(journey, row):
            continue
        target = journey.nodes[journey.nodes[row.step].next[row.port]]
        into_start += row.count if target.id == starts[row.version_id] else 0
        if target.stage is not None and target.stage != row.stage:
            entered[target.stage] = entered.get(target.stage, 0) + row.count
    for start in set(starts.values()):
        first = steps[start].stage
        if first is not None:
            entered[first] = entered.get(first, 0) + steps[start].entered - into_start
    order = dict.fromkeys(step.stage for step in steps.values() if step.stage is not None)
    named = [stage for stage in (*order, *inside) if stage is not None]
    return [StageFlow(stage, entered.get(stage, 0), inside.get(stage, 0)) for stage in dict.fromkeys(named)]
