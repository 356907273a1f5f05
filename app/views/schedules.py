"""Schedules and types: what can be booked, described by an administrator."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import flash
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.base import Column, Screen, allowed, asking, expose, form_for, perform, say_texts
from app.views.calendar_forms import kinds
from app.views.drafts import row_version
from app.views.patient_list import branch_choices, branch_names
from app.views.schedule_parts import (
    RESOURCES,
    BlockForm,
    ResourceForm,
    block_rows,
    blocked_words,
    resource_rows,
    schedule_named,
    span_of,
)
from journeys.access.schedules.block_schedule import block_schedule
from journeys.access.schedules.keep_resource import Resource, keep_resource
from journeys.access.schedules.keep_schedule import Plan, keep_schedule
from journeys.access.schedules.keep_type import Kind, keep_type
from journeys.access.schedules.lift_block import lift_block
from journeys.foundation.errors import Invalid, Missing, Problem, Stale
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_
from journeys.store.organisation import Practitioner
from journeys.store.scheduling import AppointmentType, BookableResource, Schedule, ScheduleType

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOURS_HELP = N_("For example 08:00-12:00, 13:00-17:00. Empty where nobody works.")
SLUG = {
    "label": N_("Short name"),
    "help": N_("Small letters, digits and hyphens. It never changes."),
    "required": True,
    "attributes": {"autocomplete": "off", "spellcheck": "false", "dir": "ltr"},
}
CHANGED_ELSEWHERE = N_("Somebody else changed this meanwhile. Compare in a second tab.")
TYPES = (
    Column(N_("Type of appointment"), "name", link=lambda row: f"/schedules/types/{row['slug']}/"),
    Column(N_("Minutes"), "minutes", kind="number"),
    Column(N_("Patients book it"), "patients", kind="yes_no"),
    Column(N_("In use"), "active", kind="yes_no"),
)
SCHEDULES = (
    Column(N_("Schedule"), "name", link=lambda row: f"/schedules/{row['slug']}/"),
    Column(N_("Branch"), "branch", kind="muted"),
    Column(N_("Slots until"), "until", kind="date"),
    Column(N_("In use"), "active", kind="yes_no"),
)


def practitioners() -> list[tuple[int, str]]:
    """Who can be booked, by name."""
    rows = asking().scalars(select(Practitioner).where(Practitioner.active).order_by(Practitioner.id).limit(500))
    return sorted(((each.id, each.name or each.username or str(each.id)) for each in rows), key=lambda row: row[1])


def resources() -> list[tuple[int, str]]:
    """Which rooms and devices can be booked."""
    rows = asking().scalars(select(BookableResource).where(BookableResource.active).order_by(BookableResource.slug))
    return [(each.id, say_texts(each.name)) for each in rows]


@dataclass(frozen=True)
class TypeForm:
    """A type of appointment as it may become."""

    name: Texts = field(metadata={"label": N_("Name")})
    minutes: int = field(default=20, metadata={"label": N_("How many minutes it takes")})
    lead_minutes: int = field(
        default=1440, metadata={"label": N_("Patients book it at least so many minutes before it begins")}
    )
    cancel_minutes: int = field(
        default=1440, metadata={"label": N_("Calling it off is in time until so many minutes before it begins")}
    )
    patients_may_book: bool = field(default=False, metadata={"label": N_("Patients book it by themselves")})
    active: bool = field(default=True, metadata={"label": N_("In use")})


@dataclass(frozen=True)
class NewType(TypeForm):
    """A type that is new."""

    slug: str = field(default="", metadata=SLUG)


def hours_of_day(label: str) -> Any:
    """The field of one weekday."""
    return field(default="", metadata={"label": label, "attributes": {"dir": "ltr", "autocomplete": "off"}})


@dataclass(frozen=True)
class ScheduleForm:
    """A schedule as it may become."""

    name: Texts = field(metadata={"label": N_("Name")})
    location_id: int = field(metadata={"label": N_("Branch"), "choices": branch_choices})
    practitioner_id: int | None = field(default=None, metadata={"label": N_("Practitioner"), "choices": practitioners})
    resource_id: int | None = field(default=None, metadata={"label": N_("Room or device"), "choices": resources})
    types: tuple[str, ...] = field(default=(), metadata={"label": N_("Types that it offers"), "choices": kinds})
    zone: str = field(default="America/New_York", metadata={"label": N_("Time zone"), "attributes": {"dir": "ltr"}})
    slot_minutes: int = field(default=20, metadata={"label": N_("How many minutes a slot has")})
    days_ahead: int = field(default=60, metadata={"label": N_("How many days ahead it can be booked")})
    monday: str = field(
        default="",
        metadata={
            "label": N_("Monday"),
            "help": HOURS_HELP,
            "group": N_("Working hours"),
            "attributes": {"dir": "ltr", "autocomplete": "off"},
        },
    )
    tuesday: str = hours_of_day(N_("Tuesday"))
    wednesday: str = hours_of_day(N_("Wednesday"))
    thursday: str = hours_of_day(N_("Thursday"))
    friday: str = hours_of_day(N_("Friday"))
    saturday: str = hours_of_day(N_("Saturday"))
    sunday: str = hours_of_day(N_("Sunday"))
    from_on: dt.date | None = field(default=None, metadata={"label": N_("From this day on"), "group": N_("When")})
    until_on: dt.date | None = field(default=None, metadata={"label": N_("Until this day")})
    active: bool = field(default=True, metadata={"label": N_("In use")})


@dataclass(frozen=True)
class NewSchedule(ScheduleForm):
    """A schedule that is new."""

    slug: str = field(default="", metadata=SLUG)


@dataclass(frozen=True)
class NewResource(ResourceForm):
    """A room or a device that is new."""

    slug: str = field(default="", metadata=SLUG)


class Schedules(Screen):
    """Types and schedules, and the form of each."""

    name = "schedules"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Everything that can be booked."""
        types = asking().scalars(select(AppointmentType).order_by(AppointmentType.slug)).all()
        schedules = asking().scalars(select(Schedule).order_by(Schedule.slug)).all()
        branches = branch_names()
        return self.page(
            "schedules/index.html",
            type_columns=TYPES,
            types=[
                {
                    "slug": each.slug,
                    "name": say_texts(each.name) or each.slug,
                    "minutes": each.minutes,
                    "patients": each.patients_may_book,
                    "active": each.active,
                }
                for each in types
            ],
            resource_columns=RESOURCES,
            resources=resource_rows(),
            schedule_columns=SCHEDULES,
            schedules=[
                {
                    "slug": each.slug,
                    "name": say_texts(each.name) or each.slug,
                    "branch": branches.get(each.location_id, ""),
                    "until": each.laid_until,
                    "active": each.active,
                }
                for each in schedules
            ],
        )

    @expose("/types/new", methods=("GET", "POST"))
    @allowed("change")
    def new_type(self) -> Response | tuple[str, int]:
        """Describe a type."""
        return self._type(form_for(NewType), gettext("New type of appointment"), None)

    @expose("/types/<slug>/", methods=("GET", "POST"))
    @allowed("change")
    def edit_type(self, slug: str) -> Response | tuple[str, int]:
        """Change a type."""
        found = asking().scalar(select(AppointmentType).where(AppointmentType.slug == slug))
        if found is None:
            raise Missing("There is no such type")
        current = TypeForm(*(getattr(found, each.name) for each in dataclasses.fields(TypeForm)))
        return self._type(form_for(TypeForm, current), say_texts(found.name) or slug, found)

    @expose("/new", methods=("GET", "POST"))
    @allowed("change")
    def new(self) -> Response | tuple[str, int]:
        """Describe a schedule."""
        return self._schedule(form_for(NewSchedule), gettext("New schedule"), None)

    @expose("/resources/new", methods=("GET", "POST"))
    @allowed("change")
    def new_resource(self) -> Response | tuple[str, int]:
        """Describe a room or a device."""
        return self._resource(form_for(NewResource), gettext("New room or device"), None)

    @expose("/resources/<slug>/", methods=("GET", "POST"))
    @allowed("change")
    def edit_resource(self, slug: str) -> Response | tuple[str, int]:
        """Change a room or a device."""
        found = asking().scalar(select(BookableResource).where(BookableResource.slug == slug))
        if found is None:
            raise Missing("There is no such room or device")
        form = form_for(ResourceForm, ResourceForm(found.name, found.location_id, found.active))
        return self._resource(form, say_texts(found.name) or slug, found)

    @expose("/<slug>/blocks", methods=("GET", "POST"))
    @allowed("change")
    def blocks(self, slug: str) -> Response | tuple[str, int]:
        """When nothing can be booked; and block a time."""
        found = schedule_named(slug)
        form = form_for(BlockForm)
        if form.is_accepted():
            given = form.value()
            try:
                blocked = perform(block_schedule, found.uid, *span_of(given, found.zone), given.reason)
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                flash(blocked_words(len(blocked.appointments)), "warning" if blocked.appointments else "success")
                return self.go("blocks", slug=slug)
        shown = {"name": say_texts(found.name) or slug, "zone": found.zone, "rows": block_rows(found)}
        return self.page("schedules/blocks.html", form=form, slug=slug, status=form.status, **shown)

    @expose("/<slug>/blocks/<uuid:uid>/lift", methods=("POST",))
    @allowed("change")
    def lift(self, slug: str, uid: uuid.UUID) -> Response:
        """End a block."""
        perform(lift_block, uid)
        flash(gettext("The block is lifted. Its times can be booked again."), "success")
        return self.go("blocks", slug=slug)

    @expose("/<slug>/", methods=("GET", "POST"))
    @allowed("change")
    def edit(self, slug: str) -> Response | tuple[str, int]:
        """Change a schedule."""
        found = schedule_named(slug)
        return self._schedule(form_for(ScheduleForm, form_of(found)), say_texts(found.name) or slug, found)

    def _type(self, form: Any, title: str, found: AppointmentType | None) -> Response | tuple[str, int]:
        """The form of a type, and keeping it."""
        if form.is_accepted():
            given = form.value()
            values = {each.name: getattr(given, each.name) for each in dataclasses.fields(TypeForm)}
            values["service_line_id"] = found.service_line_id if found else None
            if self._kept(form, keep_type, Kind(slug=found.slug if found else given.slug.strip(), **values), found):
                return self.go()
        return self._form(form, title, found)

    def _schedule(self, form: Any, title: str, found: Schedule | None) -> Response | tuple[str, int]:
        """The form of a schedule, and keeping it."""
        if form.is_accepted():
            given = form.value()
            named = [each.name for each in dataclasses.fields(ScheduleForm) if each.name not in DAYS]
            values = {name: getattr(given, name) for name in named}
            plan = Plan(
                slug=found.slug if found else given.slug.strip(),
                hours=read_hours({name: getattr(given, name) or "" for name in DAYS}),
                calendar_id=found.calendar_id if found else None,
                department_id=found.department_id if found else None,
                **values,
            )
            if self._kept(form, keep_schedule, plan, found):
                return self.go()
        return self._form(form, title, found)

    def _resource(self, form: Any, title: str, found: BookableResource | None) -> Response | tuple[str, int]:
        """The form of a room or device, and keeping it."""
        if form.is_accepted():
            given = form.value()
            slug = found.slug if found else given.slug.strip()
            try:
                perform(keep_resource, Resource(slug, given.name, given.location_id, given.active), found is None)
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                flash(gettext("It is written down."), "success")
                return self.go()
        return self._form(form, title, None)

    def _kept(self, form: Any, verb: Any, thing: Any, found: Any) -> bool:
        """Whether it was kept; what is wrong stands in the form."""
        try:
            perform(verb, thing, (row_version() or 0) if found else None)
        except Invalid as invalid:
            form.refuse(at_days(invalid.problems))
        except Stale:
            form.elsewhere.append(gettext(CHANGED_ELSEWHERE))
        else:
            flash(gettext("It is written down. Slots follow within a minute."), "success")
            return True
        return False

    def _form(self, form: Any, title: str, found: Any) -> tuple[str, int]:
        """Draw it."""
        return self.page("schedules/form.html", form=form, title=title, found=found, status=form.status)


def form_of(schedule: Schedule) -> ScheduleForm:
    """A schedule as its form shows it."""
    offered = select(AppointmentType.slug).join(ScheduleType).where(ScheduleType.schedule_id == schedule.id)
    types = tuple(asking().scalars(offered.order_by(AppointmentType.slug)))
    hours = {
        name: ", ".join(f"{opens}-{closes}" for opens, closes in schedule.hours.get(str(number), []))
        for number, name in enumerate(DAYS, 1)
    }
    names = [each.name for each in dataclasses.fields(ScheduleForm) if each.name not in (*DAYS, "types")]
    return ScheduleForm(types=types, **hours, **{name: getattr(schedule, name) for name in names})


def read_hours(typed: Mapping[str, str]) -> dict[str, list[list[str]]]:
    """What was typed as working hours; the engine judges it."""
    hours = {}
    for number, name in enumerate(DAYS, 1):
        stretches = [part.strip() for part in typed[name].replace("–", "-").split(",") if part.strip()]
        if stretches:
            hours[str(number)] = [[each.strip() for each in part.split("-")] for part in stretches]
    return hours


def at_days(problems: Iterable[Problem]) -> list[Problem]:
    """Problems of working hours, at the field of their day."""
    placed = []
    for problem in problems:
        where = problem.where
        if where.startswith("hours"):
            number = where.split(".")[1] if "." in where else "1"
            where = DAYS[int(number) - 1]
        placed.append(dataclasses.replace(problem, where=where))
    return placed
