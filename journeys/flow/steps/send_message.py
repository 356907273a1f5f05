"""Plans a message; the contact room decides whether, when and on which channel it goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from sqlalchemy import ColumnElement, func, literal

from journeys.flow.running.messages import (
    channel_problems,
    days_of_use_asked,
    days_of_use_problems,
    ladder_asked,
    planned,
    planning,
)
from journeys.flow.steps.base import Change, Rows, Step
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.focus import moment_of
from journeys.flow.text.times import FocusMoment, from_date_in_words
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.contact import CAREGIVERS, PATIENT, PATIENT_ELSE_CAREGIVERS
from journeys.store.putting_in_force.definitions import TEMPLATE

TO_WHOM = {
    PATIENT: N_("The patient"),
    CAREGIVERS: N_("A caregiver who may receive it"),
    PATIENT_ELSE_CAREGIVERS: N_("The patient, else a caregiver who may receive it"),
}

SAID_WITH = {
    CAREGIVERS: N_("%(sent)s, to a caregiver"),
    PATIENT_ELSE_CAREGIVERS: N_("%(sent)s, to the patient, else to a caregiver"),
}


@dataclass(frozen=True)
class SendMessage(Step):
    """Writes a planned message for each enrolment: the template's version as published, purpose, useful until when.

    The message is planned, not sent: consent, quiet hours and caps are judged when it is released, and what is held is
    kept with its reasons. The journey goes on at once; a wait for the answer is a step of its own.

    It goes to one person. To a caregiver only by an allowance in force for its purpose and for what it reveals; to a
    caregiver instead of the patient when nothing can make it sendable to the patient. What a caregiver answers goes to
    staff and answers nothing in the journey.
    """

    label: ClassVar[str] = N_("Send a message")
    help: ClassVar[str] = N_("Plans a message to the patient. Contact rules decide when it goes, and on which channel.")
    icon: ClassVar[str] = "message"
    writes: ClassVar[frozenset[str]] = frozenset({"message"})
    contacts: ClassVar[int] = 1

    template: str = field(
        metadata={"label": N_("Template"), "help": N_("What the message says."), "source": "template"},
    )
    channels: tuple[str, ...] = ladder_asked()
    useful_for_days: int | None = days_of_use_asked()
    useful_until: FocusMoment | None = field(
        default=None,
        metadata={
            "label": N_("Useful until a date of the record"),
            "help": N_("A message that could not go before then is held for good: a reminder, once it has begun."),
        },
    )

    to: Literal["patient", "caregivers", "patient-else-caregivers"] = field(
        default="patient",
        metadata={
            "label": N_("To"),
            "help": N_("Caregivers get it only as far as they are allowed to; what they answer goes to staff."),
            "choices": tuple(TO_WHOM.items()),
        },
    )

    def inserts(self, rows: Rows) -> list[Change]:
        """One planned message."""
        ends: list[ColumnElement[Any]] = []
        if self.useful_for_days is not None:
            ends.append(rows.c.now + literal(dt.timedelta(days=self.useful_for_days)))
        if self.useful_until is not None and rows.focus is not None:
            ends.append(moment_of(rows.focus, self.useful_until, rows.c.focus_id, rows.c.time_zone))
        more: dict[str, Any] = {"useful_until": func.least(*ends)} if ends else {}
        if self.to != PATIENT:
            more["goes_to"] = literal(self.to)
        return [planning(planned(rows, self.template, self.channels, **more))]

    def problems(self, where: str, catalogue: Catalogue) -> Iterable[Problem]:
        """A message is useful for at least a day, and each rung is another channel."""
        yield from days_of_use_problems(self.useful_for_days, where)
        yield from channel_problems(self.channels, where)

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """Which template, on which channels, to whom, and up to which date."""
        says = {"template": reader.named(TEMPLATE, self.template), "channels": reader.channels(self.channels)}
        by_channels = N_("Send the message “%(template)s” by: %(channels)s")
        said = reader.translate(by_channels if self.channels else N_("Send the message “%(template)s”")) % says
        if self.to in SAID_WITH:
            said = reader.translate(SAID_WITH[self.to]) % {"sent": said}
        if self.useful_until is None:
            return said
        until = {"sent": said, "moment": from_date_in_words(self.useful_until, reader)}
        return reader.translate(N_("%(sent)s, not after %(moment)s")) % until
