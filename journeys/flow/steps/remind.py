"""Reminds those who have been silent since the last message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, and_, case, literal

from journeys.flow.running.messages import (
    Deed,
    channel_problems,
    days_of_use_asked,
    days_of_use_problems,
    deeds_asked,
    has_acted,
    ladder_asked,
    planned,
    planning,
    reminded,
    was_answered,
)
from journeys.flow.steps.base import Change, Rows, Step, mine
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.contact import Message
from journeys.store.putting_in_force.definitions import TEMPLATE

REMINDED = "next"
HEARD = "heard"


@dataclass(frozen=True)
class Remind(Step):
    """Plans a message for those who have neither answered the newest message of the enrolment nor acted since; all
    others leave by `heard`.

    A reminder that waits, for the night to end or for a cap, is held when an answer comes meanwhile: it is judged again
    just before it leaves. Where there was no message before, there is nothing to remind of.
    """

    label: ClassVar[str] = N_("Remind")
    help: ClassVar[str] = N_("Sends a message to those alone who have been silent since the last one.")
    icon: ClassVar[str] = "bell"
    reads: ClassVar[frozenset[str]] = frozenset({"message", "event"})
    writes: ClassVar[frozenset[str]] = frozenset({"message"})
    contacts: ClassVar[int] = 1
    looks_back: ClassVar[bool] = True

    template: str = field(
        metadata={"label": N_("Template"), "help": N_("What the message says."), "source": "template"},
    )
    acts: tuple[Deed, ...] = deeds_asked()
    channels: tuple[str, ...] = ladder_asked()
    useful_for_days: int | None = days_of_use_asked()

    def ports(self) -> tuple[str, ...]:
        """Reminded, or heard from already."""
        return (REMINDED, HEARD)

    def inserts(self, rows: Rows) -> list[Change]:
        """One planned message for the silent."""
        more: dict[str, Any] = {"reminds_id": reminded(rows)}
        if self.useful_for_days is not None:
            more["useful_until"] = rows.c.now + literal(dt.timedelta(days=self.useful_for_days))
        return [planning(planned(rows, self.template, self.channels, **more), where=self.is_silent(rows))]

    def is_silent(self, rows: Rows) -> ColumnElement[bool]:
        """There was a message, and nothing was heard since."""
        acted = [~has_acted(rows, self.acts)] if self.acts else []
        return and_(reminded(rows).is_not(None), ~was_answered(rows), *acted)

    def exit(self, rows: Rows) -> ColumnElement[Any]:
        """By whether a reminder was planned."""
        return case((mine(rows, Message.id).is_not(None), REMINDED), else_=HEARD)

    def problems(self, where: str, catalogue: Catalogue) -> Iterable[Problem]:
        """A message is useful for at least a day; each rung is another channel."""
        yield from days_of_use_problems(self.useful_for_days, where)
        yield from channel_problems(self.channels, where)

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """What they are reminded by."""
        words = reader.translate(N_("Remind those who have been silent, with the message “%(template)s”"))
        return words % {"template": reader.named(TEMPLATE, self.template)}
