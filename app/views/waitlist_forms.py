"""The forms of the waitlist: for what somebody waits, how urgent that is, and why they wait no more."""

import datetime as dt
from dataclasses import dataclass, field

from app.base import say
from app.views.calendar_forms import kinds
from app.views.patient_list import branch_choices
from app.views.schedules import practitioners
from journeys.foundation.words import N_
from journeys.store.waitlist import EVERY_DAY, PRIORITIES, WITHDRAWN_REASONS

PRIORITY_WORDS = {
    "stat": ("danger", "alert", N_("At once")),
    "asap": ("danger", "clock", N_("As soon as possible")),
    "urgent": ("warning", "clock", N_("Urgent")),
    "routine": ("", "check", N_("Routine")),
}
WHY_WORDS = {
    "patient": N_("The patient asked for it"),
    "seen-elsewhere": N_("Seen elsewhere"),
    "not-needed": N_("No longer needed"),
    "mistake": N_("Put there by mistake"),
    "other": N_("Another reason"),
}
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def priorities() -> list[tuple[str, str]]:
    """How urgent it may be, the least first: it is what most are."""
    return [(name, say(PRIORITY_WORDS[name][2])) for name in reversed(PRIORITIES)]


def reasons() -> list[tuple[str, str]]:
    """Why somebody waits no more."""
    return [(code, say(WHY_WORDS[code])) for code in WITHDRAWN_REASONS]


@dataclass(frozen=True)
class Wanted:
    """For what somebody waits, and what suits them."""

    kind: str = field(metadata={"label": N_("Type of appointment"), "choices": kinds, "key": "type"})
    branch: int = field(metadata={"label": N_("Branch"), "choices": branch_choices, "key": "locations"})
    second: int | None = field(default=None, metadata={"label": N_("Or at this branch"), "choices": branch_choices})
    practitioner: int | None = field(
        default=None,
        metadata={"label": N_("Practitioner"), "choices": practitioners, "help": N_("Nothing chosen is anybody.")},
    )
    priority: str = field(default="routine", metadata={"label": N_("How urgent"), "choices": priorities})
    since: dt.date | None = field(
        default=None, metadata={"label": N_("Waits since"), "help": N_("Nothing written is today.")}
    )
    from_on: dt.date | None = field(default=None, metadata={"label": N_("Can come from")})
    until_on: dt.date | None = field(default=None, metadata={"label": N_("Can come until")})
    from_time: dt.time | None = field(default=None, metadata={"label": N_("Not before this time of day")})
    until_time: dt.time | None = field(default=None, metadata={"label": N_("Before this time of day")})
    monday: bool = field(default=True, metadata={"label": N_("Monday")})
    tuesday: bool = field(default=True, metadata={"label": N_("Tuesday")})
    wednesday: bool = field(default=True, metadata={"label": N_("Wednesday")})
    thursday: bool = field(default=True, metadata={"label": N_("Thursday")})
    friday: bool = field(default=True, metadata={"label": N_("Friday")})
    saturday: bool = field(default=True, metadata={"label": N_("Saturday")})
    sunday: bool = field(default=True, metadata={"label": N_("Sunday")})

    @property
    def weekdays(self) -> int:
        """The days as bits."""
        chosen = sum(1 << place for place, name in enumerate(DAYS) if getattr(self, name))
        return chosen & EVERY_DAY


@dataclass(frozen=True)
class Urgency:
    """How urgent it is."""

    priority: str = field(metadata={"label": N_("How urgent"), "choices": priorities})


@dataclass(frozen=True)
class Off:
    """Why somebody waits no more."""

    why: str = field(metadata={"label": N_("Why"), "choices": reasons})
