"""The closed catalogue of what a template may say about a patient: what each field reveals, and how long it can be.

The custom fields of the clinic join it in `custom_fields`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from babel.dates import format_date, format_skeleton, format_time

from journeys.foundation.tables import Texts
from journeys.foundation.words import N_

NARROW_SPACES = {0x202F: " ", 0xA0: " "}
"""Spaces that dates and times are written with, which would force a text message out of its short alphabet."""


LATE = range(20, 29)
"""Days that every month has, all of two digits; nine, so that each weekday is among them."""


@dataclass(frozen=True)
class Subject:
    """What is known for one message, opened; never an ORM row. Its values do not show in a `repr`."""

    language: str
    given_name: str | None = field(default=None, repr=False)
    clinic_name: str | None = field(default=None, repr=False)
    branch_name: str | None = field(default=None, repr=False)
    branch_phone: str | None = field(default=None, repr=False)
    appointment_at: dt.datetime | None = field(default=None, repr=False)
    appointment_branch: str | None = field(default=None, repr=False)
    practitioner_name: str | None = field(default=None, repr=False)
    due_on: dt.date | None = field(default=None, repr=False)
    choices_link: str | None = field(default=None, repr=False)
    visit_link: str | None = field(default=None, repr=False)
    booking_link: str | None = field(default=None, repr=False)
    offer_link: str | None = field(default=None, repr=False)
    custom: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class MergeField:
    """One field: its label, its content level (0 to 3), how many characters it is reckoned with, its value.

    `texts` is the label in the clinic's own words, where the clinic has made the field. `ways` are all that it can say
    in a language, where that is a short list; `is_any` says that it may hold letters of every alphabet, as names do.
    """

    label: str
    level: int
    longest: int
    value: Callable[[Subject], str | None]
    texts: Texts = field(default_factory=dict)
    ways: Callable[[str], tuple[str, ...]] | None = None
    is_any: bool = False


def day(moment: dt.date | None, language: str) -> str | None:
    """A day as it is said: "Tuesday, March 3"."""
    if moment is None:
        return None
    weekday = format_date(moment, "EEEE", locale=locale(language))
    of_month = format_skeleton("MMMMd", moment, locale=locale(language))
    return f"{weekday}, {of_month}".translate(NARROW_SPACES)


def time_of_day(moment: dt.datetime | None, language: str) -> str | None:
    """A time as it is said: "10:00 AM"."""
    if moment is None:
        return None
    return format_time(moment.time(), format="short", locale=locale(language)).translate(NARROW_SPACES)


@cache
def every_day(language: str) -> tuple[str, ...]:
    """What `day` can say, each weekday with each month: 2024 to 2026 have them all on a day of two digits."""
    days = (dt.date(year, month, of_month) for year in range(2024, 2027) for month in range(1, 13) for of_month in LATE)
    return tuple(dict.fromkeys(day(each, language) or "" for each in days))


@cache
def every_time(language: str) -> tuple[str, ...]:
    """What `time_of_day` can say at full hours."""
    hours = (dt.datetime(2026, 1, 1, hour, tzinfo=dt.UTC) for hour in range(24))
    return tuple(dict.fromkeys(time_of_day(each, language) or "" for each in hours))


def locale(language: str) -> str:
    """A language as babel names it."""
    return language.replace("-", "_")


MERGE_FIELDS: dict[str, MergeField] = {
    "patient.given_name": MergeField(N_("Given name"), 0, 20, lambda about: about.given_name, is_any=True),
    "clinic.name": MergeField(N_("Name of the clinic"), 0, 40, lambda about: about.clinic_name, is_any=True),
    "clinic.phone": MergeField(N_("Phone of the patient's branch"), 0, 20, lambda about: about.branch_phone),
    "branch.name": MergeField(N_("Name of the patient's branch"), 1, 40, lambda about: about.branch_name, is_any=True),
    "branch.phone": MergeField(N_("Phone of the patient's branch"), 0, 20, lambda about: about.branch_phone),
    "appointment.date": MergeField(
        N_("Day of the appointment"), 1, 30, lambda about: day(about.appointment_at, about.language), ways=every_day
    ),
    "appointment.time": MergeField(
        N_("Time of the appointment"),
        1,
        10,
        lambda about: time_of_day(about.appointment_at, about.language),
        ways=every_time,
    ),
    "appointment.branch": MergeField(
        N_("Branch of the appointment"), 1, 40, lambda about: about.appointment_branch, is_any=True
    ),
    "appointment.practitioner": MergeField(
        N_("Who the appointment is with"), 2, 40, lambda about: about.practitioner_name, is_any=True
    ),
    "appointment.link": MergeField(
        N_("Link by which the patient confirms, moves or calls off the appointment"),
        0,
        70,
        lambda about: about.visit_link,
    ),
    "booking.link": MergeField(
        N_("Link by which the patient books a free time"), 0, 70, lambda about: about.booking_link
    ),
    "offer.link": MergeField(
        N_("Link by which a patient who waits takes the time that is offered, or does not"),
        0,
        70,
        lambda about: about.offer_link,
    ),
    "contact.choices": MergeField(
        N_("Link by which the patient chooses what we write"), 0, 70, lambda about: about.choices_link
    ),
    "focus.due_on": MergeField(
        N_("Day on which it is due"), 1, 30, lambda about: day(about.due_on, about.language), ways=every_day
    ),
}
