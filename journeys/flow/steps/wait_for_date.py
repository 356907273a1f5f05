"""Waits for a date that is recorded for the patient."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Date, DateTime, and_, case, cast, literal, select

from journeys.flow.steps.base import FieldNeeded, Kinds, Rows, Step
from journeys.flow.text.focus import at_hour
from journeys.flow.text.times import PatientMoment, in_words
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.foundation.words import N_
from journeys.foundation.zones import instant_of, wall_time
from journeys.store.custom_values import CustomValue

REACHED = "next"
PAST = "past"
UNKNOWN = "unknown"
DATE = "date"
PATIENT = "patient"


@dataclass(frozen=True)
class WaitForDate(Step):
    """Waits until a moment counted from a date field of the patient.

    A day that lay before the day of arrival is over and leaves by `past` at once, a date that is not recorded by
    `unknown`. A date that is changed meanwhile moves the wait. Without a time of day the day begins at midnight.
    """

    label: ClassVar[str] = N_("Wait for a date of the patient")
    help: ClassVar[str] = N_("Waits for a date that your clinic records, or for so long before or after it.")
    icon: ClassVar[str] = "calendar"
    reads: ClassVar[frozenset[str]] = frozenset({"custom_value", "event"})
    rests: ClassVar[bool] = True
    stays: ClassVar[bool] = True

    until: PatientMoment = field(
        metadata={"label": N_("Until"), "help": N_("Counted from a date that is recorded for the patient.")},
    )

    def ports(self) -> tuple[str, ...]:
        """It has come, it was over already, or nobody knows it."""
        return (REACHED, PAST, UNKNOWN)

    def pauses(self, port: str) -> bool:
        """A date that is over stays over."""
        return False

    def waits_for(self, rows: Rows) -> Kinds:
        """A changed date."""
        return ("patient.changed",)

    def exit(self, rows: Rows) -> ColumnElement[Any]:
        """By the date as it is recorded now; NULL while it lies ahead."""
        wall = self.wall(rows)
        arrived_on = cast(wall_time(rows.c.time_zone, rows.c.step_entered_at), Date)
        return case(
            (wall.is_(None), UNKNOWN),
            (cast(wall, Date) < arrived_on, PAST),
            (rows.c.now >= self.again(rows), REACHED),
        )

    def again(self, rows: Rows) -> ColumnElement[Any] | None:
        """When the moment comes."""
        return instant_of(rows.c.time_zone, self.wall(rows))

    def wall(self, rows: Rows) -> ColumnElement[Any]:
        """The moment on the patient's clock; NULL without a date."""
        recorded = and_(
            CustomValue.record_kind == PATIENT,
            CustomValue.record_id == rows.c.patient_id,
            CustomValue.field == self.needed().slug,
            CustomValue.type == DATE,
            CustomValue.until_at.is_(None),
        )
        day = select(CustomValue.value_date).where(recorded).correlate_except(CustomValue).scalar_subquery()
        wall: Any = cast(day, DateTime(timezone=False))
        if self.until.plus is not None:
            wall = wall + literal(self.until.plus.length())
        return wall if self.until.at is None else at_hour(wall, self.until.at)

    def needed(self) -> FieldNeeded:
        """The one field."""
        return FieldNeeded("until.date", self.until.date, (DATE,))

    def custom_fields(self) -> Iterable[FieldNeeded]:
        """The one."""
        return [self.needed()]

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """How long before or after which date, and at what time."""
        plus = self.until.plus
        _, number = (plus.unit_and_number() if plus is not None else None) or ("days", 0)
        if number == 0:
            words = N_("Wait until “%(field)s”")
        elif number < 0:
            words = N_("Wait until %(length)s before “%(field)s”")
        else:
            words = N_("Wait until %(length)s after “%(field)s”")
        about = {"field": reader.custom_field(self.until.date), "length": in_words(plus, reader.translate)}
        said = reader.translate(words) % about
        if self.until.at is None:
            return said
        return reader.translate(N_("%(moment)s, at %(hour)s")) % {"moment": said, "hour": self.until.at}
