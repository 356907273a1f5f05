"""The forms beside a conversation."""

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import select

from app.base import asking, say
from journeys.desk.outcomes import CALLS, OUTCOMES
from journeys.foundation.words import N_
from journeys.store.organisation import Practitioner

RESTS = {
    "1": N_("In an hour"),
    "4": N_("In four hours"),
    "24": N_("Tomorrow"),
    "72": N_("In three days"),
    "168": N_("In a week"),
    "336": N_("In two weeks"),
}
"""Hours → words."""


def outcomes() -> list[tuple[str, str]]:
    """How it may end."""
    return [(code, say(words)) for code, words in OUTCOMES.items()]


def calls() -> list[tuple[str, str]]:
    """What a call may have been."""
    return [(code, say(words)) for code, words in CALLS.items()]


def rests() -> list[tuple[str, str]]:
    """When it comes back."""
    return [(hours, say(words)) for hours, words in RESTS.items()]


def colleagues() -> list[tuple[str, str]]:
    """Whoever works here and can sign in."""
    known = Practitioner.username.is_not(None), Practitioner.active
    names = asking().scalars(select(Practitioner.username).where(*known).order_by(Practitioner.username))
    return [(name, name) for name in names if name is not None]


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
class Rest:
    """Until when it rests, and whose turn it is meanwhile."""

    back: str = field(metadata={"label": N_("It comes back"), "choices": rests})
    patients_turn: bool = field(default=False, metadata={"label": N_("It is the patient's turn meanwhile")})


@dataclass(frozen=True)
class Hand:
    """To whom it goes."""

    owner: str = field(metadata={"label": N_("Give it to"), "choices": colleagues})


def until(rest: Rest, now: dt.datetime) -> dt.datetime:
    """When it comes back."""
    return now + dt.timedelta(hours=int(rest.back))
