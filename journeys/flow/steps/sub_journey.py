"""Begins another journey and waits until the patient is through it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, and_, case, func, literal, select

from journeys.flow.running.asking import ASKED, WRITTEN, asks
from journeys.flow.steps.base import Change, Insert, Kinds, Rows, Step, concerns, mine
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.entries import repeated
from journeys.flow.text.times import Duration, in_words, not_positive
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.foundation.errors import Problem
from journeys.foundation.ids import is_slug
from journeys.foundation.words import N_
from journeys.store.enrolments import Enrolment
from journeys.store.journey_requests import NOT_LET_IN, START, JourneyRequest
from journeys.store.putting_in_force.definitions import JOURNEY

ENDED = "ended"
TIMEOUT = "timeout"
BY_ITSELF = (ENDED, NOT_LET_IN, TIMEOUT)


@dataclass(frozen=True)
class SubJourney(Step):
    """Lets the patient into another journey, as `start_journey` does, and stays until it has ended there.

    A reason is the one its end gives, or `goal` or `exit` for any of its goals and exits. When time is up this journey
    goes on, and the other one too: it has ends of its own.
    """

    label: ClassVar[str] = N_("Go through a journey")
    help: ClassVar[str] = N_("Begins another journey for the patient and waits until it has ended.")
    icon: ClassVar[str] = "journey"
    reads: ClassVar[frozenset[str]] = frozenset({"journey_request", "enrolment", "event"})
    writes: ClassVar[frozenset[str]] = WRITTEN
    rests: ClassVar[bool] = True
    stays: ClassVar[bool] = True

    journey: str = field(
        metadata={
            "label": N_("Journey"),
            "help": N_("Which one begins; its own rule of coming in again holds."),
            "source": "journey",
        },
    )
    timeout: Duration = field(
        metadata={"label": N_("At the latest after"), "help": N_("When to go on although it has not ended.")},
    )
    reasons: tuple[str, ...] = field(
        default=(),
        metadata={
            "label": N_("Reasons"),
            "help": N_("Each reason of its end that is listed gets a way out of its own; goal and exit mean any."),
            "codes_of": "reason",
        },
    )

    def ports(self) -> tuple[str, ...]:
        """Each reason listed, then any other, not let in, too late."""
        return (*self.reasons, *BY_ITSELF)

    def shortest(self, port: str) -> dt.timedelta:
        """The other journey may end at once."""
        return self.timeout.length() if port == TIMEOUT else dt.timedelta(0)

    def pauses(self, port: str) -> bool:
        """Who is not let in, or through at once, goes on at once."""
        return port == TIMEOUT

    def waits_for(self, rows: Rows) -> Kinds:
        """The end of an enrolment."""
        return ("enrolment.ended",)

    def wakes(self, rows: Rows, event: Any) -> ColumnElement[bool]:
        """Only the end of the one that this visit has begun."""
        return and_(concerns(rows, event), event.subject_id == mine(rows, JourneyRequest.started_id))

    def inserts(self, rows: Rows) -> list[Change]:
        """The row that asks."""
        is_new = mine(rows, JourneyRequest.id).is_(None)
        return [Insert(JourneyRequest, asks(rows, START, self.journey), where=is_new, emits=ASKED)]

    def exit(self, rows: Rows) -> ColumnElement[Any]:
        """How the other one ended; NULL while it goes on and there is time."""
        reason = func.split_part(began(rows, Enrolment.ended_reason), ":", 1)
        ways = [(reason == each, each) for each in self.reasons]
        return case(
            (mine(rows, JourneyRequest.outcome) == NOT_LET_IN, NOT_LET_IN),
            *ways,
            (began(rows, Enrolment.ended_at).is_not(None), ENDED),
            (rows.c.now >= self.at_the_latest(rows), TIMEOUT),
        )

    def again(self, rows: Rows) -> ColumnElement[Any] | None:
        """At once while nobody has seen to what was asked, which is known by the next look; else when time is up."""
        return case((mine(rows, JourneyRequest.outcome).is_(None), rows.c.now), else_=self.at_the_latest(rows))

    def at_the_latest(self, rows: Rows) -> ColumnElement[Any]:
        """When its time is up."""
        return rows.c.step_entered_at + literal(self.timeout.length())

    def problems(self, where: str, catalogue: Catalogue) -> Iterable[Problem]:
        """There is time for it, and reasons can be ports."""
        yield from not_positive(self.timeout, f"{where}.timeout")
        yield from repeated(self.reasons, f"{where}.reasons", N_("Each reason at most once"))
        for number, reason in enumerate(self.reasons):
            place = f"{where}.reasons.{number}"
            if not is_slug(reason):
                yield Problem(place, N_("Use lower-case letters, digits and hyphens, for example recall-due"))
            if reason in BY_ITSELF:
                yield Problem(place, N_("The ways out ended, not-let-in and timeout are there by themselves"))

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """Which one, and for how long."""
        words = reader.translate(N_("Go through the journey “%(journey)s”, at most %(length)s"))
        length = in_words(self.timeout, reader.translate)
        return words % {"journey": reader.named(JOURNEY, self.journey), "length": length}


def began(rows: Rows, column: Any) -> ColumnElement[Any]:
    """One column of the enrolment that this visit has begun."""
    return (
        select(column)
        .where(Enrolment.id == mine(rows, JourneyRequest.started_id))
        .correlate_except(Enrolment)
        .scalar_subquery()
    )
