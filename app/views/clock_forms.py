"""What the form of a safety clock asks. `clock_content` fills it from a draft and makes a draft of it."""

from dataclasses import dataclass, field
from typing import Any

from app.base import say
from app.views.definition_controls import kept_choice, span_of
from app.views.guideline_forms import queues
from app.views.referral_words import PRIORITIES
from journeys.foundation.words import N_
from journeys.work.clocks.clock import RISKS
from journeys.work.clocks.entities import ENTITIES
from journeys.work.clocks.entities.base import SEVERITIES
from journeys.work.clocks.limits import UNITS

Choices = list[tuple[Any, str]]

RISK_WORDS = dict(zip(RISKS, (N_("Ordinary"), N_("Raised"), N_("High")), strict=True))
SEVERITY_WORDS = dict(zip(SEVERITIES, (N_("Abnormal"), N_("Critical")), strict=True))


def watched() -> Choices:
    """Every kind of thing in every state in which a clock may run."""
    found = [
        (f"{name}/{state}", f"{say(entity.label)}: {say(each.label)}")
        for name, entity in ENTITIES.items()
        for state, each in entity.states.items()
    ]
    return sorted(found, key=lambda pair: pair[1])


def priorities() -> Choices:
    """How urgent a thing can be."""
    return [(code, say(words)) for code, (_tone, _drawing, words) in PRIORITIES.items()]


def severities() -> Choices:
    """How bad a result can be."""
    return [(code, say(words)) for code, words in SEVERITY_WORDS.items()]


def risks() -> Choices:
    """How much a row matters."""
    return [(risk, say(words)) for risk, words in RISK_WORDS.items()]


LIMIT = span_of(tuple(UNITS), "days")
WORKING = span_of(tuple(UNITS), "working_days")


@dataclass(frozen=True)
class SoonerForm:
    """Shorter limits for some."""

    priority: tuple[str, ...] = field(default=(), metadata={"label": N_("Of these priorities"), "choices": priorities})
    severity: tuple[str, ...] = field(default=(), metadata={"label": N_("Of these severities"), "choices": severities})
    limit: Any = field(default=None, metadata={"label": N_("Late after"), "editor": LIMIT})
    hard_limit: Any = field(default=None, metadata={"label": N_("Red after"), "editor": LIMIT})


@dataclass(frozen=True)
class RungForm:
    """One rung of the ladder."""

    after: Any = field(default=None, metadata={"label": N_("So long after it is late"), "editor": WORKING})
    priority: str | None = field(
        default=None, metadata={"label": N_("Priority of the task"), "editor": kept_choice(priorities, N_("Choose"))}
    )
    queue: str | None = field(
        default=None,
        metadata={"label": N_("Asked of"), "editor": kept_choice(queues, N_("The queue that has it"))},
    )


@dataclass(frozen=True)
class ClockForm:
    """A safety clock."""

    name: dict[str, str] = field(default_factory=dict, metadata={"label": N_("Name"), "group": N_("Name and purpose")})
    description: dict[str, str] = field(default_factory=dict, metadata={"label": N_("What it is for"), "rows": 2})
    source: str = field(default="", metadata={"label": N_("Source"), "help": N_("What the limit rests on."), "rows": 2})
    watches: str | None = field(
        default=None,
        metadata={
            "label": N_("What stands still"),
            "group": N_("What it watches"),
            "editor": kept_choice(watched, N_("Choose")),
        },
    )
    priority: tuple[str, ...] = field(
        default=(),
        metadata={
            "label": N_("Only of these priorities"),
            "help": N_("Nothing means all."),
            "choices": priorities,
        },
    )
    severity: tuple[str, ...] = field(
        default=(),
        metadata={
            "label": N_("Only of these severities"),
            "help": N_("Nothing means all."),
            "choices": severities,
        },
    )
    limit: Any = field(
        default=None,
        metadata={
            "label": N_("Late after"),
            "help": N_("Working days are those of the branch, or of the queue where the branch has no calendar."),
            "editor": LIMIT,
            "group": N_("When it is late"),
        },
    )
    hard_limit: Any = field(
        default=None,
        metadata={
            "label": N_("Red after"),
            "help": N_("From here on it is high, whatever else is true."),
            "editor": LIMIT,
        },
    )
    sooner: tuple[SoonerForm, ...] = field(
        default=(),
        metadata={"label": N_("Sooner"), "help": N_("Shorter limits for some; the first that fits holds.")},
    )
    risk: str | None = field(
        default=RISKS[0],
        metadata={
            "label": N_("Risk"),
            "help": N_("How much it matters by itself."),
            "editor": kept_choice(risks, N_("Choose")),
        },
    )
    next_step: dict[str, str] = field(
        default_factory=dict,
        metadata={
            "label": N_("Next step"),
            "help": N_("What whoever reads the board does next."),
            "group": N_("What is done about it"),
        },
    )
    queue: str | None = field(
        default=None,
        metadata={
            "label": N_("Queue"),
            "help": N_("Whose it is while nobody has taken it. Tasks have a queue of their own."),
            "editor": kept_choice(queues, N_("No queue")),
        },
    )
    escalation: tuple[RungForm, ...] = field(
        default=(),
        metadata={
            "label": N_("Escalation"),
            "help": N_("What happens by itself: each step makes a task, or raises the one that is there."),
        },
    )
