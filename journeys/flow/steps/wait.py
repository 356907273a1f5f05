"""Lets time pass, or waits for an event or an answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, and_, case, func, literal, select

from journeys.flow.steps.base import EventFilter, Kinds, Rows, Step, concerns
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.entries import repeated
from journeys.flow.text.focus import may_be_unknown, moment_of, next_hour, within_hours
from journeys.flow.text.times import (
    NOT_AN_HOUR,
    WEEKDAYS,
    Duration,
    FocusMoment,
    Hours,
    Weekday,
    from_date_in_words,
    in_words,
    is_hour,
    not_positive,
)
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.foundation.calendars import BusinessCalendar, after_working_days
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

ANSWERED = "message.answered"
OTHER = "other"
TIMEOUT = "timeout"


@dataclass(frozen=True)
class Wait(Step):
    """Waits for exactly one thing: a length of time, working days, an hour or a stretch of the day, a date of the focus
    record, an event, or an answer.

    A wait for time leaves by `next`; one for an event by `happened` or `timeout`; one for an answer by the answer
    given, by `other`, or by `timeout`. Events count from the end of the stay before, so none is slept through. While
    the focus record has no date, a wait for that date stays. Working days are those of the patient's branch and end as
    it opens; without a calendar every day counts.
    """

    label: ClassVar[str] = N_("Wait")
    help: ClassVar[str] = N_("Lets time pass, or waits until something happens or the patient answers.")
    icon: ClassVar[str] = "wait"
    reads: ClassVar[frozenset[str]] = frozenset({"event"})
    rests: ClassVar[bool] = True

    for_: Duration | None = field(
        default=None,
        metadata={"key": "for", "label": N_("For"), "help": N_("How long to wait.")},
    )
    working_days: int | None = field(
        default=None,
        metadata={
            "label": N_("For working days"),
            "help": N_("Days on which the patient's branch is open; the wait ends as it opens on the last of them."),
        },
    )
    until_hour: str | None = field(
        default=None,
        metadata={
            "label": N_("Until this time of day"),
            "help": N_("The next time the patient's own clock shows it, for example 10:00."),
        },
    )
    between: Hours | None = field(
        default=None,
        metadata={
            "label": N_("Until between two times of day"),
            "help": N_("Goes on at once between them, by the patient's own clock; else when they begin next."),
        },
    )
    weekdays: tuple[Weekday, ...] = field(
        default=(),
        metadata={
            "label": N_("On these days only"),
            "help": N_("Days of the week for the times of day; none chosen means every day."),
            "choices": tuple(WEEKDAYS.items()),
        },
    )
    until: FocusMoment | None = field(
        default=None,
        metadata={
            "label": N_("Until a date of the record"),
            "help": N_("Counted from a date of the record that the journey is about."),
        },
    )
    event: str | None = field(
        default=None,
        metadata={
            "label": N_("Until this happens"),
            "help": N_("The kind of event, for example appointment.changed."),
            "source": "event",
        },
    )
    where: EventFilter | None = field(
        default=None,
        metadata={"label": N_("Only when"), "help": N_("Which codes and outcomes of the event count.")},
    )
    answers: tuple[str, ...] = field(
        default=(),
        metadata={
            "label": N_("Answers"),
            "help": N_("Each answer listed gets a way out of its own, for example confirm and decline."),
            "codes_of": "answer",
        },
    )
    timeout: Duration | None = field(
        default=None,
        metadata={"label": N_("At the latest after"), "help": N_("When to go on although nothing happened.")},
    )

    @property
    def kind(self) -> str | None:
        """The kind of event it waits for; answers are events too."""
        return ANSWERED if self.answers and self.event is None else self.event

    @property
    def follows_focus(self) -> bool:
        """Whether it waits for a date of the focus record."""
        return self.until is not None

    def ports(self) -> tuple[str, ...]:
        """By what it waits for."""
        if self.answers:
            return (*self.answers, OTHER, TIMEOUT)
        return ("next",) if self.kind is None else ("happened", TIMEOUT)

    def shortest(self, port: str) -> dt.timedelta:
        """All of a length of time and of a timeout; hours, dates and events may come at once.

        Working days begin in the morning, so the last of them may be over as it begins.
        """
        length = self.timeout if port == TIMEOUT else self.for_
        if self.working_days is not None:
            return dt.timedelta(days=max(self.working_days - 1, 0))
        return dt.timedelta(0) if length is None else length.length()

    def pauses(self, port: str) -> bool:
        """Not for a date of the record, which may be past, nor for a stretch of the day, which may have begun."""
        return self.until is None and self.between is None

    def may_stay(self, focus: str | None) -> bool:
        """A date of the record may never be known."""
        return self.until is not None and may_be_unknown(focus, self.until.focus)

    def due(self, rows: Rows) -> ColumnElement[Any] | None:
        """When the time is over, or when to give up."""
        length = self.for_ or self.timeout
        if length is not None:
            return rows.c.now + literal(length.length())
        if self.until_hour is not None:
            return next_hour(rows.c.time_zone, rows.c.now, self.until_hour, self.weekdays)
        if self.between is not None:
            return within_hours(rows.c.time_zone, rows.c.now, self.between, self.weekdays)
        if self.working_days is not None:
            return working_days_later(rows, self.working_days)
        if self.until is not None and rows.focus is not None:
            return moment_of(rows.focus, self.until, rows.c.focus_id, rows.c.time_zone)
        return None

    def waits_for(self, rows: Rows) -> Kinds:
        """The one kind, if any."""
        return () if self.kind is None else (self.kind,)

    def wakes(self, rows: Rows, event: Any) -> ColumnElement[bool]:
        """Events that concern the enrolment and match the filter."""
        matching = (self.where or EventFilter()).matches(event)
        return and_(concerns(rows, event), matching)

    def exit(self, rows: Rows) -> ColumnElement[Any]:
        """`next`; or what happened; or `timeout`."""
        if self.kind is None:
            return literal("next")
        if not self.answers:
            return case((rows.c.woken_by.is_not(None), "happened"), else_=TIMEOUT)
        answered = [(rows.c.answer == answer, answer) for answer in self.answers]
        return case((rows.c.woken_by.is_(None), TIMEOUT), *answered, else_=OTHER)

    def problems(self, where: str, catalogue: Catalogue) -> Iterable[Problem]:
        """Exactly one thing to wait for; a way out of waiting for what may never come."""
        yield from self.what_problems(where)
        yield from not_positive(self.for_, f"{where}.for")
        yield from not_positive(self.timeout, f"{where}.timeout")
        if self.until_hour is not None and not is_hour(self.until_hour):
            yield Problem(f"{where}.until_hour", NOT_AN_HOUR)
        if self.working_days is not None and not 1 <= self.working_days <= 366:
            yield Problem(f"{where}.working_days", N_("Between 1 and 366 days"))
        if self.weekdays and self.until_hour is None and self.between is None:
            yield Problem(f"{where}.weekdays", N_("Days of the week belong to a time of day"))
        yield from repeated(self.answers, f"{where}.answers", N_("Each answer at most once"))
        for number, answer in enumerate(self.answers):
            if answer in (OTHER, TIMEOUT):
                says = N_("The answers other and timeout are there by themselves")
                yield Problem(f"{where}.answers.{number}", says)
        if self.answers and self.kind != ANSWERED:
            yield Problem(f"{where}.answers", N_("Answers come with the event message.answered only"))

    def what_problems(self, where: str) -> Iterable[Problem]:
        """Which of the kinds of wait it is, and whether timeout and filter fit to it."""
        times = (self.for_, self.working_days, self.until_hour, self.between, self.until)
        given = [each for each in (*times, self.kind) if each is not None]
        if len(given) != 1:
            yield Problem(where, N_("Wait for exactly one thing: a time, an hour, a date, an event or an answer"))
        elif self.kind is not None and self.timeout is None:
            yield Problem(f"{where}.timeout", N_("Say when to go on although nothing happened"))
        elif self.kind is None and self.timeout is not None:
            yield Problem(f"{where}.timeout", N_("Only a wait for an event or an answer can time out"))
        if self.kind is None and self.where is not None:
            yield Problem(f"{where}.where", N_("Only a wait for an event can ask for codes and outcomes"))

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """How long, until when, or for what."""
        if self.for_ is not None:
            return reader.translate(N_("Wait for %(length)s")) % {"length": in_words(self.for_, reader.translate)}
        if self.working_days == 1:
            return reader.translate(N_("Wait for 1 working day"))
        if self.working_days is not None:
            return reader.translate(N_("Wait for %(number)s working days")) % {"number": self.working_days}
        if self.until_hour is not None:
            return until_hour_in_words(self.until_hour, self.weekdays, reader)
        if self.between is not None:
            return between_in_words(self.between, self.weekdays, reader)
        if self.until is not None:
            return reader.translate(N_("Wait until %(moment)s")) % {"moment": from_date_in_words(self.until, reader)}
        about = {"event": reader.event(self.kind or ""), "length": in_words(self.timeout, reader.translate)}
        if self.answers:
            return reader.translate(N_("Wait for an answer, at most %(length)s")) % about
        return reader.translate(N_("Wait until this happens, at most %(length)s: %(event)s")) % about


def until_hour_in_words(hour: str, weekdays: tuple[Weekday, ...], reader: Reader) -> str:
    """A time of day: "10:00, the patient's time, on Monday, Thursday"."""
    if not weekdays:
        return reader.translate(N_("Wait until %(hour)s, the patient's time")) % {"hour": hour}
    words = reader.translate(N_("Wait until %(hour)s, the patient's time, on: %(days)s"))
    return words % {"hour": hour, "days": listed_days(weekdays, reader)}


def between_in_words(hours: Hours, weekdays: tuple[Weekday, ...], reader: Reader) -> str:
    """A stretch of the day: "between 09:00 and 17:00, the patient's time, on: Monday"."""
    about = {"opens": hours.opens, "closes": hours.closes, "days": listed_days(weekdays, reader)}
    if not weekdays:
        return reader.translate(N_("Wait until it is between %(opens)s and %(closes)s, the patient's time")) % about
    words = N_("Wait until it is between %(opens)s and %(closes)s, the patient's time, on: %(days)s")
    return reader.translate(words) % about


def listed_days(weekdays: tuple[Weekday, ...], reader: Reader) -> str:
    """Days of the week in their order: "Monday, Thursday"."""
    return ", ".join(reader.translate(name) for day, name in WEEKDAYS.items() if day in weekdays)


def working_days_later(rows: Rows, days: int) -> ColumnElement[Any]:
    """When the patient's branch opens that many working days from now; the same hour where it has no calendar."""
    chosen = select(BusinessCalendar.zone).where(BusinessCalendar.id == rows.c.calendar_id)
    zone = chosen.correlate_except(BusinessCalendar).scalar_subquery()
    opening = after_working_days(rows.c.calendar_id, zone, rows.c.now, days, at="opens")
    return func.coalesce(opening, rows.c.now + literal(dt.timedelta(days=days)))
