"""The forms of referrals: a new one, what a move asks, a paper, whose it is, and the filters of the list."""

import datetime as dt
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import gettext
from sqlalchemy import select

from app.base import asking, say, say_texts
from app.views.patient_list import branch_choices
from app.views.referral_words import DIRECTIONS, PAPERS, PRIORITIES
from journeys.care.referrals.states import NOTE, STATES, WHEN, WHY
from journeys.foundation.words import N_
from journeys.foundation.zones import is_zone
from journeys.store.organisation import Organization, Practitioner
from journeys.store.tasks import TaskQueue

MOST = 500
ANY_TIME = dt.time(12)
"""What stands for the hour of an appointment of which only the day is known."""


def organizations() -> list[tuple[int, str]]:
    """Whom one can refer to, or who refers to us, by name."""
    wanted = select(Organization.id, Organization.name).where(
        Organization.active, Organization.kind.is_distinct_from("payer")
    )
    rows = asking().execute(wanted.order_by(Organization.name, Organization.id).limit(MOST))
    return [(number, name) for number, name in rows]


def queues() -> list[tuple[int, str]]:
    """The queues of staff."""
    rows = asking().execute(select(TaskQueue.id, TaskQueue.name).where(TaskQueue.active).order_by(TaskQueue.slug))
    return [(number, say_texts(name)) for number, name in rows]


def staff() -> list[tuple[str, str]]:
    """Who may own a referral, by their sign-in."""
    wanted = select(Practitioner.username).where(Practitioner.username.is_not(None), Practitioner.active)
    return [(name, name) for name in asking().scalars(wanted.order_by(Practitioner.username).limit(MOST)) if name]


def priorities() -> list[tuple[str, str]]:
    """How soon."""
    return [(code, say(words)) for code, (_tone, _drawing, words) in PRIORITIES.items()]


def reasons() -> list[tuple[str, str]]:
    """The reasons that the state offers to which the referral goes."""
    return [(code, say(words)) for code, words in STATES[g.goes_to].reasons.items()]


def states() -> list[tuple[str, str]]:
    """All that is open, and each state."""
    return [("open", gettext("All that are open")), *((code, say(each.label)) for code, each in STATES.items())]


SERVICE = {"label": N_("Service"), "key": "service", "help": N_("What is asked for, for example cardiology.")}
REASON = {"label": N_("Reason"), "rows": 3, "help": N_("Kept sealed, like everything that is written here.")}
QUESTION = {"label": N_("Question"), "rows": 3, "help": N_("What the answer should say.")}
PRIORITY = {"label": N_("Urgency"), "choices": priorities}
DUE = {"label": N_("By when"), "key": "due_at", "help": N_("The last day on which the answer should be here.")}
QUEUE = {"label": N_("Whose it is"), "key": "queue_id", "choices": queues}


@dataclass(frozen=True)
class NewReferral:
    """From us to somebody."""

    service: str = field(metadata=SERVICE)
    to: int | None = field(
        default=None, metadata={"label": N_("To"), "key": "to_organization_id", "choices": organizations}
    )
    branch: int | None = field(
        default=None, metadata={"label": N_("From"), "key": "from_location_id", "choices": branch_choices}
    )
    priority: str = field(default="routine", metadata=PRIORITY)
    due: dt.date | None = field(default=None, metadata=DUE)
    reason: str = field(default="", metadata=REASON)
    question: str = field(default="", metadata=QUESTION)
    queue: int | None = field(default=None, metadata=QUEUE)


@dataclass(frozen=True)
class NewIncoming:
    """From somebody to us."""

    service: str = field(metadata=SERVICE)
    branch: int = field(metadata={"label": N_("To"), "key": "to_location_id", "choices": branch_choices})
    sender: int | None = field(
        default=None, metadata={"label": N_("From"), "key": "from_organization_id", "choices": organizations}
    )
    priority: str = field(default="routine", metadata=PRIORITY)
    due: dt.date | None = field(default=None, metadata=DUE)
    reason: str = field(default="", metadata=REASON)
    question: str = field(default="", metadata=QUESTION)
    queue: int | None = field(default=None, metadata=QUEUE)


@dataclass(frozen=True)
class WithWhy:
    """A move with a reason."""

    why: str = field(metadata={"label": N_("Why"), "choices": reasons})
    note: str = field(default="", metadata={"label": N_("Note"), "rows": 3})


@dataclass(frozen=True)
class Told:
    """A move that says how the patient was told."""

    why: str = field(metadata={"label": N_("How the patient was told"), "choices": reasons})
    note: str = field(default="", metadata={"label": N_("Note"), "rows": 3})


@dataclass(frozen=True)
class WithDate:
    """A move with an appointment."""

    day: dt.date = field(metadata={"label": N_("Day of the appointment"), "key": "scheduled_at"})
    time: dt.time | None = field(default=None, metadata={"label": N_("Time")})
    note: str = field(default="", metadata={"label": N_("Note"), "rows": 3})


@dataclass(frozen=True)
class WithNote:
    """A move of which something has to be written down."""

    note: str = field(
        metadata={"label": N_("What the results say, and what follows"), "rows": 4, "help": N_("Kept sealed.")}
    )


@dataclass(frozen=True)
class Owner:
    """Whose it is."""

    owner: str = field(default="", metadata={"label": N_("Person"), "choices": lambda: [("", "—"), *staff()]})
    queue: int | None = field(default=None, metadata={"label": N_("Queue"), "key": "queue_id", "choices": queues})


@dataclass(frozen=True)
class NewPaper:
    """A paper."""

    kind: str = field(default="result", metadata={"label": N_("Kind"), "choices": tuple(PAPERS.items())})
    title: str = field(default="", metadata={"label": N_("Title")})
    place: str = field(default="", metadata={"label": N_("Where it is kept")})


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to."""

    status: str | None = field(default=None, metadata={"label": N_("State"), "choices": states})
    direction: str | None = field(
        default=None, metadata={"label": N_("Direction"), "choices": tuple(DIRECTIONS.items())}
    )
    branch: int | None = field(default=None, metadata={"label": N_("Branch"), "choices": branch_choices})
    owner: str | None = field(default=None, metadata={"label": N_("Owner"), "choices": staff})
    quiet: int | None = field(default=None, metadata={"label": N_("Days without progress")})
    urgent: bool = field(default=False, metadata={"label": N_("Urgent only")})
    overdue: bool = field(default=False, metadata={"label": N_("Overdue only")})


def shape_of(state: str) -> type | None:
    """The form that a move to a state asks for; None when a button is enough."""
    needs = STATES[state].needs
    if WHEN in needs:
        return WithDate
    if NOTE in needs:
        return WithNote
    if WHY in needs:
        return Told if state == "patient-informed" else WithWhy
    return None


def instant_of(day: dt.date, time: dt.time | None, zone: str | None) -> dt.datetime:
    """A day and an hour where the patient lives."""
    known = zone if zone is not None and is_zone(zone) else "UTC"
    return dt.datetime.combine(day, time or ANY_TIME, ZoneInfo(known))
