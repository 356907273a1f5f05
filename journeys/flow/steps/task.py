"""Gives staff a piece of work and waits for its outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from sqlalchemy import ColumnElement, and_, case, func, literal, not_, null, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from journeys.criteria.check import problems as rule_problems
from journeys.criteria.compile import condition
from journeys.flow.running.owners import OWNERS, OwnerRule, owner_of
from journeys.flow.steps.base import Change, Insert, Kinds, Rows, Step, Update, concerns, mine, of_visit
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.focus import next_hour
from journeys.flow.text.kinds import KINDS
from journeys.flow.text.shapes import as_json
from journeys.flow.text.times import ONE_UNIT, Duration, not_positive
from journeys.flow.words.names import QUEUE
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.foundation.calendars import BusinessCalendar
from journeys.foundation.errors import Problem
from journeys.foundation.ids import is_slug
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_
from journeys.store.tasks import OPEN_STATUSES, Task, TaskQueue
from journeys.work.clocks.limits import Limit, limit_of

CANCELLED = "cancelled"
TIMEOUT = "timeout"
SETTLED = "settled"
REQUESTED = "requested"
ACCEPTED = "accepted"
TASK = str(Task.__tablename__)
LATE = "journey-went-on"
"""Why a task is cancelled that nobody did before its timeout."""
AN_INSTANT = dt.timedelta(microseconds=1)
PRIORITIES = {
    "routine": N_("Routine"),
    "urgent": N_("Urgent"),
    "asap": N_("As soon as possible"),
    "stat": N_("At once"),
}


@dataclass(frozen=True)
class Outcome:
    """One way in which the work can end."""

    code: str = field(metadata={"label": N_("Code"), "help": N_("A short code, for example booked.")})
    name: Texts = field(metadata={"label": N_("Name"), "help": N_("What staff read on the button.")})

    def judge(self, where: str) -> Iterable[Problem]:
        """A code can be a port."""
        if not is_slug(self.code) or self.code in {CANCELLED, TIMEOUT}:
            yield Problem(f"{where}.code", N_("Use a short code other than cancelled and timeout"))


@dataclass(frozen=True)
class DueIn:
    """By when the work is to be done."""

    working_days: int | None = field(default=None, metadata={"label": N_("Working days")})
    working_hours: int | None = field(default=None, metadata={"label": N_("Working hours")})
    days: int | None = field(default=None, metadata={"label": N_("Days")})
    hours: int | None = field(default=None, metadata={"label": N_("Hours")})

    def judge(self, where: str) -> Iterable[Problem]:
        """One unit, and more than nothing, within a year."""
        numbers = (self.working_days, self.working_hours, self.days, self.hours)
        given = [number for number in numbers if number is not None]
        if len(given) != 1:
            yield Problem(where, ONE_UNIT)
        elif not 0 < given[0] <= 366:
            yield Problem(where, N_("Between 1 and 366"))

    def limit(self) -> Limit:
        """The one unit that is given."""
        return limit_of({unit: number for unit, number in vars(self).items() if number is not None})


@dataclass(frozen=True)
class AskTeam(Step):
    """Writes one task into a queue and stays until it is done, settled, cancelled or too late; outcomes are ways out.

    Working time is the queue's calendar's, or the patient's branch's; without a calendar every day counts. A task that
    times out is cancelled, so that nobody works on what the journey has left behind; so is one that is settled because
    the record says by itself what it asked for. Where it is settled already, nobody is asked.
    """

    label: ClassVar[str] = N_("Task")
    help: ClassVar[str] = N_("Asks staff to do something and waits for the outcome.")
    icon: ClassVar[str] = "task"
    reads: ClassVar[frozenset[str]] = frozenset({"task", "event", "*"})
    writes: ClassVar[frozenset[str]] = frozenset({"task"})
    rests: ClassVar[bool] = True
    stays: ClassVar[bool] = True

    queue: str = field(metadata={"label": N_("Queue"), "help": N_("Whose work it is."), "source": "queue"})
    title: Texts = field(metadata={"label": N_("Title"), "help": N_("What is to be done, in a few words.")})
    outcomes: tuple[Outcome, ...] = field(
        metadata={"label": N_("Outcomes"), "help": N_("How the work can end; each is a way out of this step.")},
    )
    instructions: Texts | None = field(
        default=None,
        metadata={"label": N_("Instructions"), "help": N_("How to do it, what to ask."), "rows": 4},
    )
    script: str | None = field(
        default=None,
        metadata={
            "label": N_("Call script"),
            "help": N_("What to say on the phone: a template for call scripts, filled for the patient."),
            "source": "script",
        },
    )
    priority: Literal["routine", "urgent", "asap", "stat"] = field(
        default="routine",
        metadata={
            "label": N_("Priority"),
            "help": N_("How soon, compared with other work."),
            "choices": tuple(PRIORITIES.items()),
        },
    )
    due_in: DueIn | None = field(
        default=None,
        metadata={"key": "due", "label": N_("Due in"), "help": N_("By when it should be done.")},
    )
    owner: OwnerRule = field(
        default="nobody",
        metadata={
            "label": N_("Owner"),
            "help": N_("Who gets it at once; where nobody fits who may work on it, it is the queue's."),
            "choices": tuple(OWNERS.items()),
        },
    )
    person: str | None = field(
        default=None,
        metadata={
            "label": N_("Named person"),
            "help": N_("The user name, where a person is named as owner."),
            "only_for": ("owner", ("person",)),
        },
    )
    timeout: Duration | None = field(
        default=None,
        metadata={"label": N_("At the latest after"), "help": N_("When to go on although nobody has done it.")},
    )

    settled: dict[str, Any] | None = field(
        default=None,
        metadata={
            "label": N_("Settled when"),
            "help": N_("Once this holds, the task is taken back: the record says what it asked for."),
            "editor_for": "rule",
        },
    )

    def ports(self) -> tuple[str, ...]:
        """Each outcome, `settled` where a rule says when, `cancelled`, and `timeout` where there is one."""
        codes = tuple(outcome.code for outcome in self.outcomes)
        late = () if self.timeout is None else (TIMEOUT,)
        return (*codes, *self.by_record(), CANCELLED, *late)

    def by_record(self) -> tuple[str, ...]:
        """The way out that the record opens, where a rule says when."""
        return () if self.settled is None else (SETTLED,)

    def shortest(self, port: str) -> dt.timedelta:
        """Nothing needs to be waited for, but for the time that is given."""
        return self.timeout.length() if port == TIMEOUT and self.timeout is not None else dt.timedelta(0)

    def pauses(self, port: str) -> bool:
        """What is settled may be so on arrival."""
        return port != SETTLED

    def may_stay(self, focus: str | None) -> bool:
        """Nobody has to do the task."""
        return self.timeout is None

    def waits_for(self, rows: Rows) -> Kinds:
        """What happens to the task; anything where a rule says when it is settled, which may read anything."""
        return ("task.completed", "task.cancelled") if self.settled is None else tuple(KINDS)

    def wakes(self, rows: Rows, event: Any) -> ColumnElement[bool]:
        """Of what happens to tasks, only that of this very visit's."""
        is_mine = and_(event.subject_kind == TASK, event.subject_id == mine(rows, Task.id))
        counts = is_mine if self.settled is None else or_(~event.kind.startswith("task."), is_mine)
        return and_(concerns(rows, event), counts)

    def inserts(self, rows: Rows) -> list[Change]:
        """The task; and the end of one that is too late."""
        owner = owner_of(self.owner, self.person, self.queue, rows)
        values = {
            "queue_id": self.of_queue(TaskQueue.id),
            "location_id": rows.c.location_id,
            "patient_id": rows.c.patient_id,
            "enrolment_id": rows.c.enrolment_id,
            "step": rows.c.step,
            "visit": rows.c.visit,
            "focus_kind": rows.c.focus_kind,
            "focus_id": rows.c.focus_id,
            "title": literal(self.title, JSONB),
            "instructions": null() if self.instructions is None else literal(self.instructions, JSONB),
            "outcomes": literal(as_json(self.outcomes), JSONB),
            "priority": self.priority,
            "owner": owner,
            "status": case((owner.is_not(None), ACCEPTED), else_=REQUESTED),
            "claimed_at": case((owner.is_not(None), rows.c.now)),
            "created_at": rows.c.now,
            "due_at": self.due_at(rows),
        }
        is_asked = and_(mine(rows, Task.id).is_(None), *(not_(holds) for holds in self.is_settled(rows)))
        changes: list[Change] = [Insert(Task, values, where=is_asked, emits="task.created")]
        changes.extend(taking_back(rows, SETTLED, holds) for holds in self.is_settled(rows))
        if self.timeout is not None:
            changes.append(taking_back(rows, LATE, self.is_over(rows)))
        return changes

    def is_settled(self, rows: Rows) -> list[ColumnElement[bool]]:
        """Whether the record says what the task asks for; nothing where no rule tells."""
        if self.settled is None:
            return []
        # a rule on an unknown fact does not hold, and neither does its opposite
        return [func.coalesce(condition(self.settled, rows.subject(), rows.known), literal(False))]

    def due_at(self, rows: Rows) -> ColumnElement[Any]:
        """By when the task is to be done; NULL where nothing is said."""
        if self.due_in is None:
            return null()
        limit = self.due_in.limit()
        of_queue = self.of_queue(TaskQueue.calendar_id)
        calendar = func.coalesce(of_queue, rows.c.calendar_id)
        chosen = select(BusinessCalendar.zone).where(BusinessCalendar.id == calendar)
        zone = chosen.correlate_except(BusinessCalendar).scalar_subquery()
        return limit.after(rows.c.now, calendar, zone)

    def of_queue(self, column: Any) -> ColumnElement[Any]:
        """One column of the queue."""
        return select(column).where(TaskQueue.slug == self.queue).correlate_except(TaskQueue).scalar_subquery()

    def exit(self, rows: Rows) -> ColumnElement[Any]:
        """What the task says, or the record; NULL while it is open and there is time."""
        status = mine(rows, Task.status)
        settled = [(holds, SETTLED) for holds in self.is_settled(rows)]
        over = [] if self.timeout is None else [(self.is_over(rows), TIMEOUT)]
        done = (status == "completed", mine(rows, Task.outcome))
        return case(done, *settled, *over, (status == CANCELLED, CANCELLED))

    def again(self, rows: Rows) -> ColumnElement[Any] | None:
        """When the time is up; where a rule is to be asked, which counts in days, as each of the patient's begins."""
        ends = None if self.timeout is None else rows.c.step_entered_at + literal(self.timeout.length())
        if self.settled is None:
            return ends
        after_now = rows.c.now + literal(AN_INSTANT)
        return func.least(next_hour(rows.c.time_zone, after_now, "00:00"), *(() if ends is None else (ends,)))

    def is_over(self, rows: Rows) -> ColumnElement[bool]:
        """The time is up, of a task that has one."""
        return rows.c.now >= rows.c.step_entered_at + literal((self.timeout or Duration(days=0)).length())

    def rules(self) -> Iterable[Mapping[str, Any]]:
        """The one by which it is settled, where there is one."""
        return () if self.settled is None else (self.settled,)

    def problems(self, where: str, catalogue: Catalogue) -> Iterable[Problem]:
        """At least one outcome, each code once."""
        codes = [outcome.code for outcome in self.outcomes]
        if not codes:
            yield Problem(f"{where}.outcomes", N_("Give at least one outcome"))
        if len({*codes, *self.by_record()}) < len(codes) + len(self.by_record()):
            yield Problem(f"{where}.outcomes", N_("Each outcome needs a code of its own"))
        yield from not_positive(self.timeout, f"{where}.timeout")
        if self.settled is not None:
            yield from rule_problems(self.settled, f"{where}.settled", catalogue.known, catalogue.focus)
        if (self.owner == "person") != (self.person is not None):
            yield Problem(f"{where}.person", N_("Name a person where the owner is a named person, and only there"))

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """What, for whom."""
        words = reader.translate(N_("Ask %(queue)s: %(title)s"))
        return words % {"queue": reader.named(QUEUE, self.queue), "title": reader.say(self.title)}


def taking_back(rows: Rows, reason: str, where: ColumnElement[bool]) -> Update:
    """The open task of this visit is cancelled for a reason."""
    values = {"status": CANCELLED, "cancelled_reason": reason, "row_version": Task.row_version + 1}
    return Update(Task, values, and_(of_visit(rows, Task), Task.status.in_(OPEN_STATUSES), where))
