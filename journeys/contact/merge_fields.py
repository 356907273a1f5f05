"""The closed catalogue of what a template may say about a patient: what each field reveals, and how long it can be.

The custom fields of the clinic join it in `custom_fields`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from babel.dates import format_date, format_skeleton, format_time

from journeys.foundation.tables import Texts
from journeys.foundation.words import N_

NARROW_SPACES = {0x202F: " ", 0xA0: " "}
"""Spaces that dates and times are written with, which would force a text message out of its short alphabet."""


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
    custom: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class MergeField:
    """One field: its label, its content level (0 to 3), how many characters it is reckoned with, its value.

    `texts` is the label in the clinic's own words, where the clinic has made the field.
    """

    label: str
    level: int
    longest: int
    value: Callable[[Subject], str | None]
    texts: Texts = field(default_factory=dict)


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


def locale(language: str) -> str:
    """A language as babel names it."""
    return language.replace("-", "_")


MERGE_FIELDS: dict[str, MergeField] = {
    "patient.given_name": MergeField(N_("Given name"), 0, 20, lambda about: about.given_name),
    "clinic.name": MergeField(N_("Name of the clinic"), 0, 40, lambda about: about.clinic_name),
    "clinic.phone": MergeField(N_("Phone of the patient's branch"), 0, 20, lambda about: about.branch_phone),
    "branch.name": MergeField(N_("Name of the patient's branch"), 1, 40, lambda about: about.branch_name),
    "branch.phone": MergeField(N_("Phone of the patient's branch"), 0, 20, lambda about: about.branch_phone),
    "appointment.date": MergeField(
        N_("Day of the appointment"), 1, 30, lambda about: day(about.appointment_at, about.language)
    ),
    "appointment.time": MergeField(
        N_("Time of the appointment"), 1, 10, lambda about: time_of_day(about.appointment_at, about.language)
    ),
    "appointment.branch": MergeField(N_("Branch of the appointment"), 1, 40, lambda about: about.appointment_branch),
    "appointment.practitioner": MergeField(
        N_("Who the appointment is with"), 2, 40, lambda about: about.practitioner_name
    ),
    "contact.choices": MergeField(
        N_("Link by which the patient chooses what we write"), 0, 70, lambda about: about.choices_link
    ),
    "focus.due_on": MergeField(N_("Day on which it is due"), 1, 30, lambda about: day(about.due_on, about.language)),
}
