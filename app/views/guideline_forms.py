"""What the form of a guideline asks. `guideline_content` fills it from a draft and makes a draft of it."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.base import asking, say, say_texts
from app.rules.field import rule_control
from app.rules.written import written as written_of
from app.views.definition_controls import (
    conditions_on,
    happened_control,
    kept_choice,
    span_of,
    suggested,
)
from app.views.due_words import SEVERITIES
from journeys.criteria.dates import UNITS
from journeys.criteria.fields import RECORDS
from journeys.criteria.known import known
from journeys.criteria.moments import DATES
from journeys.foundation.words import N_
from journeys.store.putting_in_force.definitions import SEGMENT
from journeys.store.supplies import SupplyItem
from journeys.store.tasks import TaskQueue

Choices = list[tuple[Any, str]]

OF_A_RECORD = "record"
"""What stands for a date of a record where a date of the patient can be chosen; no fact is called so."""

DEFAULT_SEVERITY = "moderate"


def segments() -> Choices:
    """Every segment that is written."""
    return written_of(asking(), SEGMENT)


def queues() -> Choices:
    """The queues in use."""
    rows = asking().execute(select(TaskQueue.slug, TaskQueue.name).where(TaskQueue.active))
    return sorted(((slug, say_texts(name)) for slug, name in rows), key=lambda pair: pair[1])


def roles() -> Choices:
    """The roles that queues are of."""
    found = asking().scalars(select(TaskQueue.role_code).where(TaskQueue.active))
    return [(code, code) for code in sorted({code for code in found if code})]


def supply_items() -> Choices:
    """The items in use."""
    rows = asking().execute(select(SupplyItem.slug, SupplyItem.name).where(SupplyItem.active))
    return sorted(((slug, say_texts(name)) for slug, name in rows), key=lambda pair: pair[1])


def severities() -> Choices:
    """How much it matters."""
    return [(severity, say(words)) for severity, (_look, _icon, words) in SEVERITIES.items()]


def starts() -> Choices:
    """A date of a record, or one of the patient."""
    facts = known(asking()).facts().items()
    dates = [(name, say(fact.label)) for name, fact in facts if fact.kind in DATES and not fact.parameters]
    return [(OF_A_RECORD, say(N_("A date of a record, described below"))), *dates]


def record_dates() -> Choices:
    """The dates that records have."""
    in_force = known(asking())
    found: dict[str, str] = {}
    for record in RECORDS.values():
        for name, attribute in in_force.attributes(record).items():
            if attribute.kind in DATES:
                found.setdefault(name, say(attribute.label))
    return sorted(found.items(), key=lambda pair: pair[1])


def picks() -> Choices:
    """Which of several records."""
    return [("first", say(N_("The first one, whenever it is")))]


SPAN = span_of(UNITS, "months")
DAYS = span_of(UNITS, "days")
WEEKS = span_of(UNITS, "weeks")
SEVERITY = kept_choice(severities, N_("As for everybody"))


@dataclass(frozen=True)
class ExclusionForm:
    """For whom it is not."""

    name: dict[str, str] = field(default_factory=dict, metadata={"label": N_("What this is called")})
    rule: Any = field(default=None, metadata={"label": N_("Patients for whom"), "editor": rule_control})


@dataclass(frozen=True)
class SatisfiedForm:
    """One kind of record that satisfies it."""

    rule: Any = field(default=None, metadata={"label": N_("Record"), "editor": happened_control})


@dataclass(frozen=True)
class StepForm:
    """One of several dates."""

    after: Any = field(default=None, metadata={"label": N_("So long after the start"), "editor": WEEKS})


@dataclass(frozen=True)
class AnchorForm:
    """Where counting starts."""

    start: str | None = field(
        default=OF_A_RECORD, metadata={"label": N_("Counts from"), "editor": kept_choice(starts, N_("Choose"))}
    )
    record: Any = field(
        default=None,
        metadata={
            "label": N_("Record"),
            "help": N_("Something that happened, with the conditions on it."),
            "editor": happened_control,
            "only_for": ("start", (OF_A_RECORD,)),
        },
    )
    date: str | None = field(
        default=None,
        metadata={
            "label": N_("Which of its dates"),
            "editor": kept_choice(record_dates, N_("The day it happened")),
            "only_for": ("start", (OF_A_RECORD,)),
        },
    )
    pick: str | None = field(
        default=None,
        metadata={
            "label": N_("Of several records"),
            "editor": kept_choice(
                lambda: [("first", say(N_("The first one, whenever it is")))], N_("The latest one up to now")
            ),
            "only_for": ("start", (OF_A_RECORD,)),
        },
    )
    plus: Any = field(
        default=None,
        metadata={"label": N_("So much later"), "help": N_("With a minus so much earlier."), "editor": SPAN},
    )
    wins: bool = field(
        default=False,
        metadata={"label": N_("Counts although something satisfied the guideline before the window of this date")},
    )


@dataclass(frozen=True)
class TierForm:
    """Patients at another risk."""

    name: dict[str, str] = field(default_factory=dict, metadata={"label": N_("What this is called")})
    rule: Any = field(default=None, metadata={"label": N_("Patients for whom"), "editor": rule_control})
    interval: Any = field(default=None, metadata={"label": N_("Due again after"), "editor": SPAN})
    severity: str | None = field(default=None, metadata={"label": N_("Severity"), "editor": SEVERITY})


@dataclass(frozen=True)
class SupplyForm:
    """What one visit uses up."""

    item: str = field(default="", metadata={"label": N_("Item"), "editor": suggested(supply_items)})
    quantity: int | None = field(default=1, metadata={"label": N_("How many")})


@dataclass(frozen=True)
class GuidelineForm:
    """A guideline."""

    name: dict[str, str] = field(default_factory=dict, metadata={"label": N_("Name"), "group": N_("Name and purpose")})
    description: dict[str, str] = field(default_factory=dict, metadata={"label": N_("What it is for"), "rows": 2})
    segment: str | None = field(
        default=None,
        metadata={
            "label": N_("Patients of the segment"),
            "group": N_("For whom"),
            "editor": kept_choice(segments, N_("No segment")),
        },
    )
    population: Any = field(
        default=None,
        metadata={
            "label": N_("Patients for whom"),
            "help": N_("A rule, where no segment says it. With a segment both have to hold."),
            "editor": rule_control,
        },
    )
    exclusions: tuple[ExclusionForm, ...] = field(
        default=(),
        metadata={"label": N_("Not for"), "help": N_("The first that holds is the reason that people read.")},
    )
    satisfied_by: tuple[SatisfiedForm, ...] = field(
        default=(),
        metadata={
            "label": N_("Satisfied by"),
            "help": N_("Results, codes or visits. Any of them will do."),
            "group": N_("What satisfies it"),
        },
    )
    booked_within: Any = field(
        default=None,
        metadata={
            "label": N_("Nobody has to do anything with an appointment within"),
            "help": N_("Empty means that appointments change nothing."),
            "editor": DAYS,
        },
    )
    booked_where: Any = field(
        default=None,
        metadata={
            "label": N_("Only appointments such that"),
            "help": N_("Such an appointment lets even wait what is overdue; any other counts only until then."),
            "editor": conditions_on("appointment"),
        },
    )
    interval: Any = field(
        default=None,
        metadata={
            "label": N_("Due again after"),
            "help": N_("Counted from the last record that satisfied it. Or write dates from the start below."),
            "editor": SPAN,
            "group": N_("When"),
        },
    )
    soon: Any = field(default=None, metadata={"label": N_("Soon due so long before"), "editor": DAYS})
    overdue: Any = field(default=None, metadata={"label": N_("Overdue so long after"), "editor": DAYS})
    steps: tuple[StepForm, ...] = field(
        default=(),
        metadata={
            "label": N_("Dates from the start"),
            "help": N_("Instead of an interval: the contacts of a pregnancy, the doses of a vaccine."),
        },
    )
    make_up: bool = field(default=False, metadata={"label": N_("Each date that was missed has to be made up for")})
    least: Any = field(
        default=None,
        metadata={
            "label": N_("At the soonest so long after the last"),
            "help": N_("Where what was missed is made up for."),
            "editor": WEEKS,
        },
    )
    anchors: tuple[AnchorForm, ...] = field(
        default=(),
        metadata={
            "label": N_("Start"),
            "help": N_(
                "Where it counts from while nothing satisfied it yet: the first that is known. Without any it is the"
                " day on which the patient was recorded."
            ),
        },
    )
    severity: str | None = field(
        default=DEFAULT_SEVERITY,
        metadata={
            "label": N_("Severity"),
            "editor": kept_choice(severities, N_("Choose")),
            "group": N_("How much it matters"),
        },
    )
    tiers: tuple[TierForm, ...] = field(
        default=(),
        metadata={
            "label": N_("Other risk"),
            "help": N_("Patients for whom it is due at other times or matters more. The first that holds counts."),
        },
    )
    owner_role: str = field(
        default="",
        metadata={"label": N_("Role"), "editor": suggested(roles), "group": N_("Who owns it")},
    )
    owner_queue: str | None = field(
        default=None,
        metadata={
            "label": N_("Queue"),
            "help": N_("Safety clocks say who is told when it stays overdue."),
            "editor": kept_choice(queues, N_("Choose")),
        },
    )
    supplies: tuple[SupplyForm, ...] = field(
        default=(), metadata={"label": N_("Supplies"), "help": N_("What one visit uses up.")}
    )
    source: str = field(
        default="",
        metadata={
            "label": N_("Source"),
            "help": N_("Where the guideline comes from."),
            "rows": 2,
            "group": N_("Where it comes from"),
        },
    )
    review_on: dt.date | None = field(default=None, metadata={"label": N_("Looked at again by")})
    approved_by: str = field(default="", metadata={"label": N_("Approved by")})
    approved_on: dt.date | None = field(default=None, metadata={"label": N_("Approved on")})
