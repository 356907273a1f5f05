"""The forms of the calendar: which days of which branch, what is booked, for whom, and why something is called off."""

import datetime as dt
from dataclasses import dataclass, field

from flask_babel import gettext
from sqlalchemy import select

from app.base import ShapeForm, asking, say, say_texts
from app.views.patient_list import branch_choices
from journeys.access.appointments.cancel_appointment import REASONS
from journeys.foundation.words import N_
from journeys.store.scheduling import AppointmentType, Schedule

WEEK = "week"


def spans() -> list[tuple[str, str]]:
    """How much is shown; nothing chosen is one day."""
    return [(WEEK, gettext("One week"))]


def schedules() -> list[tuple[str, str]]:
    """The schedules by name."""
    rows = asking().execute(select(Schedule.slug, Schedule.name).where(Schedule.active).order_by(Schedule.slug))
    return [(slug, say_texts(name)) for slug, name in rows]


def kinds() -> list[tuple[str, str]]:
    """The types of appointments by name."""
    wanted = select(AppointmentType.slug, AppointmentType.name).where(AppointmentType.active)
    return [(slug, say_texts(name)) for slug, name in asking().execute(wanted.order_by(AppointmentType.slug))]


def reasons() -> list[tuple[str, str]]:
    """Why an appointment is called off."""
    return [(code, say(words)) for code, words in REASONS.items()]


@dataclass(frozen=True)
class Filters:
    """What of the calendar is shown."""

    day: dt.date | None = field(default=None, metadata={"label": N_("Day")})
    span: str | None = field(default=None, metadata={"label": N_("How much"), "choices": spans})
    branch: int | None = field(default=None, metadata={"label": N_("Branch"), "choices": branch_choices})
    schedule: str | None = field(default=None, metadata={"label": N_("Schedule"), "choices": schedules})


def show_what_is_meant(filters: ShapeForm, on: dt.date, branch: int) -> None:
    """Write into the fields that were left empty what is shown for them. What was typed stays, also where it is
    wrong."""
    filters.span.call_blank(gettext("One day"))
    if not any(filters.day.raw_data or ()):
        filters.day.raw_data = [on.isoformat()]
    if not any(filters.branch.raw_data or ()):
        filters.branch.data = str(branch)


@dataclass(frozen=True)
class Looked:
    """Which free times are looked for."""

    kind: str | None = field(default=None, metadata={"label": N_("Type of appointment"), "choices": kinds})
    day: dt.date | None = field(default=None, metadata={"label": N_("From this day on")})
    branch: int | None = field(default=None, metadata={"label": N_("Branch"), "choices": branch_choices})


@dataclass(frozen=True)
class Why:
    """Why it is called off."""

    reason: str = field(metadata={"label": N_("Why"), "choices": reasons})
