"""Waits for what becomes of the last message: an answer, an act, no way to send it, or silence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, and_, case, func, literal, select
from sqlalchemy.orm import aliased

from journeys.flow.running.messages import (
    LOST,
    Deed,
    deeds_asked,
    has_acted,
    is_to_patient,
    taking_back,
    was_answered,
)
from journeys.flow.steps.base import Change, Kinds, Rows, Step, concerns
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.times import Duration, in_words, not_positive
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.contact import Message

ANSWERED = "answered"
ACTED = "acted"
NOT_SENT = "not-sent"
TIMEOUT = "timeout"
OF_MESSAGES = ("message.answered", "message.held", "message.undeliverable")


@dataclass(frozen=True)
class WaitForReply(Step):
    """Waits for what becomes of the newest message of the enrolment, so that another channel, a reminder or a task can
    follow.

    Silence counts from when it was sent. What has not left by then is taken back, so that it does not go beside what
    follows. An answer to what a reminder is about counts as an answer to the reminder.
    """

    label: ClassVar[str] = N_("Wait for a reply")
    help: ClassVar[str] = N_("Waits for an answer to the last message, and says when it could not be sent.")
    icon: ClassVar[str] = "inbox"
    reads: ClassVar[frozenset[str]] = frozenset({"message", "event"})
    writes: ClassVar[frozenset[str]] = frozenset({"message"})
    rests: ClassVar[bool] = True
    stays: ClassVar[bool] = True
    looks_back: ClassVar[bool] = True

    timeout: Duration = field(
        metadata={"label": N_("Silent for"), "help": N_("How long to wait for an answer, once it was sent.")},
    )
    acts: tuple[Deed, ...] = deeds_asked()

    def ports(self) -> tuple[str, ...]:
        """An answer, an act where some count, no way to send it, silence."""
        return (ANSWERED, *((ACTED,) if self.acts else ()), NOT_SENT, TIMEOUT)

    def shortest(self, port: str) -> dt.timedelta:
        """Nothing needs to be waited for, but for the time that is given."""
        return self.timeout.length() if port == TIMEOUT else dt.timedelta(0)

    def pauses(self, port: str) -> bool:
        """What could not be sent, or was answered, is so again at once."""
        return port == TIMEOUT

    def waits_for(self, rows: Rows) -> Kinds:
        """What becomes of the message, and what counts as acting."""
        return (*OF_MESSAGES, *(deed.event for deed in self.acts))

    def wakes(self, rows: Rows, event: Any) -> ColumnElement[bool]:
        """Whatever of that concerns the enrolment; which message it is about is looked at then."""
        return concerns(rows, event)

    def inserts(self, rows: Rows) -> list[Change]:
        """What has not left when time is up is taken back."""
        late = and_(Message.id.in_(self.newest(rows, Message.id)), rows.c.now >= self.at_the_latest(rows))
        return [taking_back(rows, late)]

    def exit(self, rows: Rows) -> ColumnElement[Any]:
        """What became of it; NULL while there is time."""
        status = self.newest(rows, Message.status).scalar_subquery()
        sent_at = self.newest(rows, Message.sent_at).scalar_subquery()
        is_over = rows.c.now >= self.at_the_latest(rows)
        acted = [(has_acted(rows, self.acts), ACTED)] if self.acts else []
        return case(
            (was_answered(rows), ANSWERED),
            *acted,
            (func.coalesce(status, LOST[0]).in_(LOST), NOT_SENT),
            (and_(is_over, sent_at.is_(None), status != "unknown"), NOT_SENT),
            (is_over, TIMEOUT),
        )

    def again(self, rows: Rows) -> ColumnElement[Any] | None:
        """When the time is up."""
        return self.at_the_latest(rows)

    def at_the_latest(self, rows: Rows) -> ColumnElement[Any]:
        """When its time is up, counted from when the message was sent."""
        sent_at = self.newest(rows, Message.sent_at).scalar_subquery()
        return func.coalesce(sent_at, rows.c.step_entered_at) + literal(self.timeout.length())

    def newest(self, rows: Rows, column: Any) -> Any:
        """SELECT one column of the newest message to the patient that the enrolment planned before this visit."""
        message = aliased(Message, name="last_message")
        is_mine = message.enrolment_id == rows.c.enrolment_id
        before = and_(is_mine, message.visit < rows.c.visit, is_to_patient(message))
        found = select(getattr(message, column.key)).where(before).order_by(message.visit.desc()).limit(1)
        return found.correlate_except(message)

    def problems(self, where: str, catalogue: Catalogue) -> Iterable[Problem]:
        """There is time for an answer."""
        yield from not_positive(self.timeout, f"{where}.timeout")

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """For how long, and what else counts."""
        acts = "; ".join(reader.event(deed.event) for deed in self.acts)
        about = {"length": in_words(self.timeout, reader.translate), "acts": acts}
        if not self.acts:
            return reader.translate(N_("Wait for a reply to the last message, at most %(length)s")) % about
        words = N_("Wait for a reply to the last message, at most %(length)s, or until this happens: %(acts)s")
        return reader.translate(words) % about
