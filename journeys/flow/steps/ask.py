"""Asks the patient a question and waits for the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from sqlalchemy import ColumnElement, and_, case, func, literal
from sqlalchemy.dialects.postgresql import JSONB

from journeys.contact.replies.questions import ANSWERED, CHOICE, DATE, NO, NUMBER, YES, YES_NO, Question
from journeys.contact.replies.understand import ALWAYS as EVERYWHERE
from journeys.flow.running.messages import LOST, channel_problems, ladder_asked, planned, planning, taking_back
from journeys.flow.steps.base import Change, Kinds, Rows, Step, concerns, mine, of_visit
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.entries import repeated
from journeys.flow.text.times import Duration, in_words, not_positive
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.foundation.errors import Problem
from journeys.foundation.ids import is_slug
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_
from journeys.store.contact import Message
from journeys.store.putting_in_force.definitions import TEMPLATE

OTHER = "other"
NOT_SENT = "not-sent"
TIMEOUT = "timeout"
ALWAYS = (OTHER, NOT_SENT, TIMEOUT)
OWN_PORTS = frozenset({ANSWERED, *ALWAYS})
KINDS_OF_ANSWER = {
    YES_NO: N_("yes or no"),
    CHOICE: N_("one of several choices"),
    NUMBER: N_("a number"),
    DATE: N_("a date"),
}
OF_NUMBERS = ("answer", (NUMBER,))
"""What the form asks for numbers alone."""


@dataclass(frozen=True)
class Band:
    """One way out for the numbers between two bounds, both included."""

    port: str = field(metadata={"label": N_("Way out"), "help": N_("A short code, for example high.")})
    name: Texts | None = field(
        default=None,
        kw_only=True,
        metadata={"label": N_("Name"), "help": N_("What people read for this way instead of its code.")},
    )
    least: int | None = field(default=None, metadata={"label": N_("From")})
    most: int | None = field(default=None, metadata={"label": N_("To")})

    def judge(self, where: str) -> Iterable[Problem]:
        """A code that is no way out yet, and bounds in order."""
        if not is_slug(self.port) or self.port in OWN_PORTS:
            yield Problem(f"{where}.port", N_("Use a short code other than answered, other, not-sent and timeout"))
        if self.least is None and self.most is None:
            yield Problem(where, N_("Say from or up to which number"))
        if is_upside_down(self.least, self.most):
            yield Problem(where, N_("This should not end before it begins"))

    def holds(self, number: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether a number lies in it."""
        bounds: list[ColumnElement[bool]] = [literal(True)]
        if self.least is not None:
            bounds.append(number >= self.least)
        if self.most is not None:
            bounds.append(number <= self.most)
        return and_(*bounds)


@dataclass(frozen=True)
class Ask(Step):
    """Plans one message that asks something and stays until it is answered, cannot be sent, or time is up.

    It goes like every message: consent, quiet hours and caps are judged when it is released. Time for the answer counts
    from when it was sent. What is no answer of that kind leaves by `other`. The answer is kept with the message under
    the question's name, where rules find it: `happened: message` with `question`, `answer`, `answer_number` or
    `answer_date`.
    """

    label: ClassVar[str] = N_("Ask")
    help: ClassVar[str] = N_("Asks the patient a question, waits for the answer and keeps it.")
    icon: ClassVar[str] = "help"
    reads: ClassVar[frozenset[str]] = frozenset({"message", "event"})
    writes: ClassVar[frozenset[str]] = frozenset({"message"})
    rests: ClassVar[bool] = True
    stays: ClassVar[bool] = True
    contacts: ClassVar[int] = 1

    template: str = field(
        metadata={"label": N_("Template"), "help": N_("What the question says."), "source": "template"},
    )
    question: str = field(
        metadata={"label": N_("Name of the question"), "help": N_("A short code by which rules find the answer.")},
    )
    answer: Literal["yes-no", "choice", "number", "date"] = field(
        metadata={
            "label": N_("Kind of answer"),
            "help": N_("What counts as an answer; all else is another answer."),
            "choices": tuple(KINDS_OF_ANSWER.items()),
        },
    )
    timeout: Duration = field(
        metadata={"label": N_("At the latest after"), "help": N_("How long to wait for the answer, once it was sent.")},
    )
    choices: tuple[str, ...] = field(
        default=(),
        metadata={
            "label": N_("Choices"),
            "help": N_("What the answers of the template mean; each is a way out of its own."),
            "codes_of": "answer",
            "only_for": ("answer", (CHOICE,)),
        },
    )
    bands: tuple[Band, ...] = field(
        default=(),
        metadata={
            "label": N_("Ways by number"),
            "help": N_("Tried in this order; other numbers leave by answered."),
            "only_for": OF_NUMBERS,
        },
    )
    least: int | None = field(
        default=None,
        metadata={
            "label": N_("Smallest number"),
            "help": N_("Smaller ones are no answer."),
            "only_for": OF_NUMBERS,
        },
    )
    most: int | None = field(
        default=None,
        metadata={
            "label": N_("Largest number"),
            "help": N_("Larger ones are no answer."),
            "only_for": OF_NUMBERS,
        },
    )
    channels: tuple[str, ...] = ladder_asked()

    def outcomes(self) -> tuple[str, ...]:
        """The ways out that an answer opens."""
        if self.answer == YES_NO:
            return (YES, NO)
        if self.answer == CHOICE:
            return self.choices
        return (*(band.port for band in self.bands), ANSWERED)

    def ports(self) -> tuple[str, ...]:
        """One for each answer; another answer, no way to send it, no answer in time."""
        return (*self.outcomes(), *ALWAYS)

    def shortest(self, port: str) -> dt.timedelta:
        """The patient may answer at once, and a message may be held at once."""
        return self.timeout.length() if port == TIMEOUT else dt.timedelta(0)

    def waits_for(self, rows: Rows) -> Kinds:
        """An answer, or that it cannot be sent."""
        return ("message.answered", "message.held", "message.undeliverable")

    def wakes(self, rows: Rows, event: Any) -> ColumnElement[bool]:
        """Only what becomes of the message of this very visit."""
        return and_(concerns(rows, event), event.subject_id == mine(rows, Message.id))

    def inserts(self, rows: Rows) -> list[Change]:
        """The question, useful for as long as an answer is waited for; one that is too late is taken back."""
        values = planned(
            rows,
            self.template,
            self.channels,
            question=self.question,
            asks=literal(Question(self.answer, self.least, self.most).as_json(), JSONB),
            useful_until=rows.c.now + literal(self.timeout.length()),
        )
        late = and_(of_visit(rows, Message), rows.c.now >= self.at_the_latest(rows))
        return [planning(values, where=mine(rows, Message.id).is_(None)), taking_back(rows, late)]

    def exit(self, rows: Rows) -> ColumnElement[Any]:
        """What was answered; NULL while there is time."""
        is_over = rows.c.now >= self.at_the_latest(rows)
        never_sent = mine(rows, Message.sent_at).is_(None) & (mine(rows, Message.status) != "unknown")
        return case(
            (mine(rows, Message.answered_at).is_not(None), self.answered(rows)),
            (mine(rows, Message.status).in_(LOST), NOT_SENT),
            (is_over & never_sent, NOT_SENT),
            (is_over, TIMEOUT),
        )

    def answered(self, rows: Rows) -> ColumnElement[Any]:
        """The way out of an answer."""
        said = mine(rows, Message.answer)
        if self.answer in (YES_NO, CHOICE):
            return case((said.in_(self.outcomes()), said), else_=OTHER)
        number = mine(rows, Message.answer_number)
        bands = [(band.holds(number), band.port) for band in self.bands]
        return case(*bands, (said == ANSWERED, ANSWERED), else_=OTHER)

    def again(self, rows: Rows) -> ColumnElement[Any] | None:
        """When the time is up."""
        return self.at_the_latest(rows)

    def at_the_latest(self, rows: Rows) -> ColumnElement[Any]:
        """When its time is up, counted from when it was sent."""
        began = func.coalesce(mine(rows, Message.sent_at), rows.c.step_entered_at)
        return began + literal(self.timeout.length())

    def problems(self, where: str, catalogue: Catalogue) -> Iterable[Problem]:
        """Choices for a choice, bands for a number, and replies of the template that mean the choices."""
        yield from not_positive(self.timeout, f"{where}.timeout")
        yield from channel_problems(self.channels, where)
        if not is_slug(self.question):
            yield Problem(f"{where}.question", N_("Use lower-case letters, digits and hyphens, for example recall-due"))
        yield from self.choice_problems(where, catalogue)
        yield from self.number_problems(where)

    def choice_problems(self, where: str, catalogue: Catalogue) -> Iterable[Problem]:
        """Each choice is a way out, and some reply means it."""
        if self.answer != CHOICE:
            if self.choices:
                yield Problem(f"{where}.choices", N_("Only a choice has choices"))
            return
        if not self.choices:
            yield Problem(f"{where}.choices", N_("Give at least one choice"))
        yield from repeated(self.choices, f"{where}.choices", N_("Each choice at most once"))
        for number, choice in enumerate(self.choices):
            if not is_slug(choice) or choice in OWN_PORTS:
                says = N_("Use short codes other than answered, other, not-sent and timeout")
                yield Problem(f"{where}.choices.{number}", says)
            elif not can_be_answered(catalogue.templates.get(self.template), choice):
                says = N_("No reply that the template knows means %(choice)s")
                yield Problem(f"{where}.choices.{number}", says, {"choice": choice})

    def number_problems(self, where: str) -> Iterable[Problem]:
        """Bands and bounds belong to numbers."""
        if self.answer != NUMBER and (self.bands or self.least is not None or self.most is not None):
            yield Problem(where, N_("Only a number has bounds and ways by number"))
        if is_upside_down(self.least, self.most):
            yield Problem(f"{where}.most", N_("This should not be less than the smallest number"))
        ports = [band.port for band in self.bands]
        if len(set(ports)) < len(ports):
            yield Problem(f"{where}.bands", N_("Each way needs a way out of its own"))

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """What, how it can be answered, and for how long."""
        choices = ", ".join(reader.answer(self.template, choice) for choice in self.choices)
        kind = reader.translate(N_("one of: %(choices)s") if self.answer == CHOICE else KINDS_OF_ANSWER[self.answer])
        words = reader.translate(N_("Ask “%(template)s”, at most %(length)s, for %(answer)s"))
        return words % {
            "template": reader.named(TEMPLATE, self.template),
            "answer": kind % {"choices": choices} if self.answer == CHOICE else kind,
            "length": in_words(self.timeout, reader.translate),
        }


def is_upside_down(least: int | None, most: int | None) -> bool:
    """Whether the end comes before the beginning."""
    return least is not None and most is not None and least > most


def can_be_answered(template: Mapping[str, Any] | None, choice: str) -> bool:
    """Whether some reply means a choice; of a template that is not known nobody can say.

    What is understood whatever was asked, such as STOP, needs no reply of the template.
    """
    return template is None or choice in EVERYWHERE or choice in (template.get("answers") or {}).values()
