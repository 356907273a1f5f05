"""The forms beside a conversation."""

import datetime as dt
from dataclasses import dataclass, field

from flask_babel import gettext
from sqlalchemy import or_, select

from app.base import ShapeForm, asking, reading, say, say_texts
from journeys.desk.outcomes import CALLS, OUTCOMES
from journeys.desk.reasons.reason import Reason, outcomes_of, reasons_in_force
from journeys.foundation.words import N_
from journeys.store.organisation import Practitioner, PractitionerRole
from journeys.store.scope import EVERY_BRANCH
from journeys.store.tasks import TaskQueue

RESTS = {
    "1": N_("In an hour"),
    "4": N_("In four hours"),
    "24": N_("Tomorrow"),
    "72": N_("In three days"),
    "168": N_("In a week"),
    "336": N_("In two weeks"),
}
"""Hours → words."""
SPANS = {
    "30": N_("Half an hour"),
    "60": N_("One hour"),
    "240": N_("Four hours"),
    "480": N_("Eight hours"),
    "1440": N_("Twenty-four hours"),
}
"""Minutes → words."""


def outcomes() -> list[tuple[str, str]]:
    """How it may end."""
    return [(code, say(words)) for code, words in OUTCOMES.items()]


def calls() -> list[tuple[str, str]]:
    """What a call may have been."""
    return [(code, say(words)) for code, words in CALLS.items()]


def rests() -> list[tuple[str, str]]:
    """When it comes back."""
    return [(hours, say(words)) for hours, words in RESTS.items()]


MOST_COLLEAGUES = 200
"""More stand in no list that anybody reads."""


def colleagues() -> list[tuple[str, str]]:
    """Whoever can sign in and works at a branch of the reader's, or at every branch."""
    with reading() as (session, act):
        role = select(PractitionerRole.id).where(PractitionerRole.practitioner_id == Practitioner.id)
        if act.scope.locations is not None:
            here = PractitionerRole.location_id.in_(act.scope.locations)
            role = role.where(or_(here, PractitionerRole.code == EVERY_BRANCH))
        known = Practitioner.username.is_not(None), Practitioner.active, role.where(PractitionerRole.active).exists()
        names = session.scalars(
            select(Practitioner.username).where(*known).order_by(Practitioner.username).limit(MOST_COLLEAGUES)
        ).all()
    return [(name, name) for name in names if name is not None]


def roles() -> list[tuple[str, str]]:
    """Roles that have a queue, by what their queues are called."""
    is_used = TaskQueue.active, TaskQueue.role_code.is_not(None)
    found = asking().execute(select(TaskQueue.role_code, TaskQueue.name).where(*is_used).order_by(TaskQueue.id))
    named = {code: say_texts(name) or code for code, name in reversed(found.all())}
    return sorted(((code, name) for code, name in named.items() if code), key=lambda pair: pair[1])


def spans() -> list[tuple[str, str]]:
    """Within what time."""
    return [(minutes, say(words)) for minutes, words in SPANS.items()]


def reasons() -> list[tuple[str, str]]:
    """What it may be about."""
    return [(slug, say_texts(each.name) or slug) for slug, each in reasons_in_force(asking()).items()]


@dataclass(frozen=True)
class Note:
    """For colleagues."""

    note: str = field(
        metadata={
            "label": N_("Note for colleagues"),
            "rows": 3,
            "help": N_("The patient never sees it. Name a colleague as @username. Kept encrypted."),
        },
    )


@dataclass(frozen=True)
class Call:
    """What was said on the phone."""

    call: str = field(metadata={"label": N_("What call was it?"), "choices": calls})
    about: str = field(default="", metadata={"label": N_("What was said"), "rows": 2})


@dataclass(frozen=True)
class End:
    """How it ended."""

    outcome: str = field(metadata={"label": N_("How did it end?"), "choices": outcomes})


@dataclass(frozen=True)
class ConfirmedEnd(End):
    """The same where the patient has to say that it is settled."""

    confirmed: bool = field(default=False, metadata={"label": N_("The patient said that it is settled")})


@dataclass(frozen=True)
class Sort:
    """What it is about."""

    reason: str = field(metadata={"label": N_("What is it about?"), "choices": reasons})


@dataclass(frozen=True)
class Ask:
    """What another role is asked."""

    role: str = field(metadata={"label": N_("Ask whom?"), "choices": roles})
    minutes: str = field(metadata={"label": N_("Answer within, in their working hours"), "choices": spans})
    question: str = field(metadata={"label": N_("Question"), "rows": 3, "help": N_("The patient never sees it.")})


@dataclass(frozen=True)
class Rest:
    """Until when it rests, and whose turn it is meanwhile."""

    back: str = field(metadata={"label": N_("It comes back"), "choices": rests})
    patients_turn: bool = field(default=False, metadata={"label": N_("It is the patient's turn meanwhile")})


@dataclass(frozen=True)
class Hand:
    """To whom it goes."""

    owner: str = field(metadata={"label": N_("Give it to"), "choices": colleagues})


REVEALS = (
    (0, N_("Nothing about their care")),
    (1, N_("Date, time or place of a visit")),
    (2, N_("Who a visit is with")),
    (3, N_("Something about their health")),
)
"""Content levels, as somebody judges a text of their own."""


@dataclass(frozen=True)
class Words:
    """An answer to the patient that nobody approved before, and what its writer says of it."""

    own_words: str = field(
        metadata={
            "label": N_("What you write to the patient"),
            "rows": 4,
            "help": N_("It goes as you write it, in the patient's language if you can. Kept encrypted."),
        }
    )
    reveals: int = field(
        metadata={
            "label": N_("What does it tell?"),
            "choices": REVEALS,
            "help": N_("Whoever sees the patient's phone may read it: what says more than its channel may is held."),
        }
    )


def fit(form: ShapeForm, reason: Reason | None) -> None:
    """Let the form of closing offer what this reason allows."""
    allowed = outcomes_of(reason)
    form.outcome.pairs = tuple(each for each in form.outcome.pairs if each[0] in allowed)
    form.outcome.offer(gettext("Choose"))


def until(rest: Rest, now: dt.datetime) -> dt.datetime:
    """When it comes back."""
    return now + dt.timedelta(hours=int(rest.back))
