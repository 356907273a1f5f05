"""What a published journey says, read from JSON; and everything that is wrong with it, each at its dotted place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from journeys.contact.inbound.sent_form import SENT as FORM_SENT
from journeys.flow.steps import STEPS
from journeys.flow.steps.base import EventFilter, Step
from journeys.flow.text.formats import upgraded
from journeys.flow.text.schedule import Schedule
from journeys.flow.text.shapes import NEEDED, NOT_AN_OBJECT, place, read_shape, shown
from journeys.flow.text.times import Duration
from journeys.foundation.errors import Invalid, Problem, errors_in
from journeys.foundation.ids import is_slug
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_

MOST_STEPS = 500
ONE_ENTRY = N_("Give either a segment, an event or a form, or a rule with a schedule, or say that patients are chosen")
ONE_CAUSE = N_("Give either an event or a rule")
NOT_A_SLUG = N_("Use lower-case letters, digits and hyphens, for example recall-due")
NO_SUCH_STEP = N_("There is no step type %(type)s; there are: %(known)s")
OF_EVENTS = ("event", ())
"""What the form asks only where an event is chosen."""

AGAIN = {
    "never": N_("Never"),
    "after-exit": N_("Once they have left"),
    "cool-down": N_("A number of days after they have left"),
    "per-focus": N_("Once for each record"),
    "per-focus-after-exit": N_("For each record, once they have left with it"),
}
PER_FOCUS = ("per-focus", "per-focus-after-exit")
"""What looks at former enrolments about the same record alone."""

TOO_MANY_STEPS = N_("A journey has at most %(most)s steps")


@dataclass(frozen=True)
class Entry:
    """Who comes in: the members of a segment, the patient of each matching event for whom `rule` holds, whoever sends a
    web form, whoever is in a segment or a rule when a `schedule` says so, or only those whom a person, a program or
    another journey chooses.

    Whoever is chosen may come into any journey that is not about a record. `within` is how long ago a record may have
    happened to let its patient in; a record can arrive years later.
    """

    segment: str | None = field(default=None, metadata={"label": N_("Segment"), "source": "segment"})
    event: str | None = field(default=None, metadata={"label": N_("Event"), "source": "event"})
    where: EventFilter | None = field(default=None, metadata={"label": N_("Only when"), "only_for": OF_EVENTS})
    form: str | None = field(
        default=None,
        metadata={
            "label": N_("Web form"),
            "source": "form",
            "help": N_("Whoever sends it comes in once it is sure who it is: at once, or when a person has found out."),
        },
    )
    rule: dict[str, Any] | None = field(default=None, metadata={"label": N_("And only if"), "editor_for": "rule"})
    within: Duration | None = field(default=None, metadata={"label": N_("Happened within"), "only_for": OF_EVENTS})
    schedule: Schedule | None = field(
        default=None,
        metadata={
            "label": N_("At certain times only"),
            "help": N_("Takes whoever is in the segment, or in the rule, at these times, and nobody in between."),
        },
    )
    chosen: bool = field(
        default=False,
        metadata={
            "label": N_("Only chosen patients"),
            "help": N_("Nobody comes in by itself: people, lists, programs and other journeys choose who does."),
        },
    )

    @property
    def heard(self) -> str | None:
        """The kind of event that lets patients in; None where none does."""
        return self.event if self.form is None else FORM_SENT

    def judge(self, where: str) -> Iterable[Problem]:
        """Exactly one of segment, event, form, a rule by schedule, and chosen patients."""
        by_rule = self.schedule is not None and self.segment is None
        given = [self.segment is not None, self.event is not None, self.form is not None, by_rule, self.chosen]
        if given.count(True) != 1:
            yield Problem(where, ONE_ENTRY)
        if self.event is None and (self.where is not None or self.within is not None):
            yield Problem(where, N_("Codes, outcomes and time belong to an entry by event"))
        if self.heard is None and not by_rule and self.rule is not None:
            yield Problem(f"{where}.rule", N_("A rule belongs to an event, a form, or a schedule without a segment"))
        if by_rule and self.rule is None and self.heard is None and not self.chosen:
            yield Problem(f"{where}.rule", N_("Say who is taken at these times: a segment, or a rule"))


@dataclass(frozen=True)
class Reentry:
    """Who may come in again."""

    allowed: Literal["never", "after-exit", "cool-down", "per-focus", "per-focus-after-exit"] = field(
        default="never", metadata={"label": N_("Allowed"), "choices": tuple(AGAIN.items())}
    )
    days: int | None = field(default=None, metadata={"label": N_("Days"), "only_for": ("allowed", ("cool-down",))})

    def judge(self, where: str) -> Iterable[Problem]:
        """Days belong to a cool-down."""
        if self.allowed == "cool-down" and (self.days is None or not 1 <= self.days <= 3_660):
            yield Problem(f"{where}.days", N_("Between 1 and 3660 days"))
        if self.allowed != "cool-down" and self.days is not None:
            yield Problem(f"{where}.days", N_("Days belong to a cool-down"))


@dataclass(frozen=True)
class Ending:
    """What ends an enrolment wherever it stands: an event, or a rule that holds."""

    name: Texts
    event: str | None = None
    where: EventFilter | None = None
    rule: dict[str, Any] | None = None

    def judge(self, where: str) -> Iterable[Problem]:
        """Exactly one of event and rule."""
        if (self.event is None) == (self.rule is None):
            yield Problem(where, ONE_CAUSE)
        if self.event is None and self.where is not None:
            yield Problem(f"{where}.where", N_("Codes and outcomes belong to an event"))


@dataclass(frozen=True)
class StepForm:
    """One step as it is written, before its type has read its config."""

    type: str
    name: Texts | None = None
    stage: str | None = None
    config: dict[str, Any] = field(default_factory=dict)
    next: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Node:
    """One step of a journey: what it does, its name, its stage, and where each port leads."""

    id: str
    step: Step
    name: Texts
    stage: str | None
    next: Mapping[str, str]


@dataclass(frozen=True)
class Head:
    """A journey without its steps. In its `group` it is held back by journeys of higher priority.

    `comments` are those of its text, by place (`packs.journey_text`).
    """

    name: Texts
    entry: Entry
    start: str
    steps: dict[str, Any]
    format: int = 1
    description: Texts | None = None
    purpose: Literal["transactional", "care", "experience", "promotional"] = "care"
    priority: int = 50
    group: str | None = None
    focus: str | None = None
    reentry: Reentry = field(default_factory=Reentry)
    goals: tuple[Ending, ...] = ()
    exits: tuple[Ending, ...] = ()
    comments: dict[str, Any] = field(default_factory=dict)

    def judge(self, where: str) -> Iterable[Problem]:
        """The priority is one, the steps are not too many."""
        if not 0 <= self.priority <= 100:
            yield Problem(place(where, "priority"), N_("Between 0 and 100"))
        if self.group is not None and not is_slug(self.group):
            yield Problem(place(where, "group"), NOT_A_SLUG)
        if len(self.steps) > MOST_STEPS:
            yield Problem(place(where, "steps"), TOO_MANY_STEPS, {"most": MOST_STEPS})
        if self.reentry.allowed in PER_FOCUS and self.focus is None:
            yield Problem(place(where, "reentry.allowed"), N_("Per focus needs a focus"))
        if self.entry.form is not None and self.focus is not None:
            yield Problem(place(where, "entry.form"), N_("A journey about records is entered by no form"))
        if self.entry.schedule is not None and self.entry.segment is None and self.focus is not None:
            yield Problem(place(where, "entry.rule"), N_("A journey about records needs a segment about such records"))


@dataclass(frozen=True)
class Journey:
    """A journey whose every step could be read. `nodes` keep the order in which they are written."""

    head: Head
    nodes: Mapping[str, Node]

    def endings(self) -> list[tuple[str, int, Ending]]:
        """(goal or exit, position, ending), goals first: who reaches the goal has not merely left."""
        goals = [("goal", position, ending) for position, ending in enumerate(self.head.goals)]
        return goals + [("exit", position, ending) for position, ending in enumerate(self.head.exits)]

    def name_of_end(self, reason: str) -> Texts | None:
        """What its first end with a reason is called; None where nobody named it, or the reason is not of an end."""
        ends = [node for node in self.nodes.values() if node.step.ends_with == reason]
        return ends[0].name if ends and ends[0].name != {"en": ends[0].id} else None


def parse(content: object) -> tuple[Head | None, dict[str, Node], list[Problem]]:
    """Read as much as can be read: the head, the steps that are whole, and every problem of form."""
    if not isinstance(content, Mapping):
        return None, {}, [Problem("", NOT_AN_OBJECT)]
    written, problems = upgraded(content)
    head, found = read_shape(Head, written, "")
    problems.extend(found)
    nodes: dict[str, Node] = {}
    steps = written.get("steps")
    for step_id, form in steps.items() if isinstance(steps, Mapping) else ():
        node, found = read_node(str(step_id), form)
        problems.extend(found)
        if node is not None:
            nodes[node.id] = node
    return head, nodes, problems


def read_node(step_id: str, form: object) -> tuple[Node | None, list[Problem]]:
    """Read one step; None when its type or its config cannot be read."""
    where = f"steps.{step_id}"
    written, problems = read_shape(StepForm, form, where)
    if not is_slug(step_id):
        problems.append(Problem(where, NOT_A_SLUG))
    if written is None:
        return None, problems
    kind = STEPS.get(written.type)
    if kind is None:
        known = {"type": shown(written.type), "known": ", ".join(STEPS)}
        return None, [*problems, Problem(f"{where}.type", NO_SUCH_STEP, known)]
    step, found = read_shape(kind, written.config, f"{where}.config")
    problems.extend(found)
    problems.extend(target_problems(written.next, where))
    if step is None:
        return None, problems
    targets = {str(port): str(target) for port, target in written.next.items()}
    return Node(step_id, step, written.name or {"en": step_id}, written.stage, targets), problems


def target_problems(targets: Mapping[Any, Any], where: str) -> Iterable[Problem]:
    """Every port names a step by its id."""
    for port, target in targets.items():
        if not isinstance(target, str) or not target:
            yield Problem(f"{where}.next.{port}", NEEDED)


def read(content: object) -> Journey:
    """The journey that `content` describes; Invalid with every problem of form. Versions that are published pass."""
    head, nodes, problems = parse(content)
    errors = errors_in(problems)
    if head is None or errors:
        raise Invalid(errors or [Problem("", NOT_AN_OBJECT)])
    return Journey(head, nodes)
