"""An administrator describes who or what can be booked where and when, or changes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from journeys.access.schedules.finding import refuse_others
from journeys.access.schedules.keep_type import BAD_SLUG
from journeys.access.schedules.working_hours import problems_of as problems_of_hours
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Problem, Stale, refuse_errors
from journeys.foundation.ids import is_slug
from journeys.foundation.new_once import new_once
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_
from journeys.foundation.zones import is_zone
from journeys.store.organisation import PractitionerRole
from journeys.store.scheduling import AppointmentType, BookableResource, Schedule, ScheduleType

SLOTS = "slots"
"""The bell of whoever lays out slots."""

SHAPE = ("zone", "hours", "slot_minutes", "calendar_id", "from_on", "until_on", "active")
"""What slots are made by: where one of these changes, they are laid out anew."""

REST = ("name", "practitioner_id", "resource_id", "location_id", "department_id", "days_ahead")


@dataclass(frozen=True)
class Plan:
    """A schedule as it is to be (see `Schedule`); `types` are the slugs of what it offers."""

    slug: str
    name: Texts
    location_id: int
    zone: str
    hours: Mapping[str, Any]
    slot_minutes: int
    types: tuple[str, ...]
    practitioner_id: int | None = None
    resource_id: int | None = None
    department_id: int | None = None
    calendar_id: int | None = None
    days_ahead: int = 60
    from_on: dt.date | None = None
    until_on: dt.date | None = None
    active: bool = field(default=True)


def keep_schedule(session: Session, act: Act, plan: Plan, row_version: int | None = None) -> Schedule:
    """Return the schedule; without `row_version` it is new. Whoever hears the bell lays out its slots.

    Invalid with every problem, Stale when somebody changed it, Forbidden for a branch of others. What is booked stays.
    """
    found = session.scalar(select(Schedule).where(Schedule.slug == plan.slug).with_for_update())
    refuse_others(act, plan.location_id)
    if found is not None and row_version is not None:
        refuse_others(act, found.location_id)
    types = session.scalars(select(AppointmentType).where(AppointmentType.slug.in_(plan.types))).all()
    is_taken = found is not None and row_version is None
    wrong = [*problems_of(plan, is_taken, {each.slug for each in types}), *problems_of_place(session, plan)]
    refuse_errors(wrong)
    if found is None:
        found = Schedule(slug=plan.slug)
        session.add(found)
    elif found.row_version != row_version:
        raise Stale(f"The schedule {plan.slug} has been changed")
    if any(getattr(found, name) != getattr(plan, name) for name in SHAPE):
        found.laid_until = None
    for name in (*SHAPE, *REST):
        setattr(found, name, getattr(plan, name))
    with new_once(session, N_("There is a schedule of this name already")):
        session.flush()
    offer(session, found, [each.id for each in types])
    action = "C" if row_version is None else "U"
    audit.note(session, action, Schedule.__tablename__, [found.id], detail={"schedule": plan.slug})
    ring_after_commit(session, SLOTS)
    return found


def offer(session: Session, schedule: Schedule, types: list[int]) -> None:
    """Let the schedule offer these types and no others."""
    session.execute(delete(ScheduleType).where(ScheduleType.schedule_id == schedule.id))
    session.execute(insert(ScheduleType), [{"schedule_id": schedule.id, "type_id": each} for each in sorted(types)])


def problems_of_place(session: Session, plan: Plan) -> Iterator[Problem]:
    """Whether room and practitioner are of the branch; a practitioner whose places nobody has recorded is of any."""
    if plan.resource_id is not None:
        of_branch = select(BookableResource.location_id).where(BookableResource.id == plan.resource_id)
        if session.scalar(of_branch) != plan.location_id:
            yield Problem("resource_id", N_("This room or device is of another branch"))
    if plan.practitioner_id is not None:
        roles = select(PractitionerRole.location_id).where(PractitionerRole.practitioner_id == plan.practitioner_id)
        places = set(session.scalars(roles))
        if places and not places & {None, plan.location_id}:
            yield Problem("practitioner_id", N_("This practitioner does not work at the branch"))


def problems_of(plan: Plan, is_taken: bool, known: set[str]) -> Iterator[Problem]:
    """What is wrong with a schedule."""
    if not is_slug(plan.slug):
        yield Problem("slug", BAD_SLUG)
    if is_taken:
        yield Problem("slug", N_("There is a schedule of this name already"))
    if not any(plan.name.values()):
        yield Problem("name", N_("Say what it is"))
    if plan.practitioner_id is None and plan.resource_id is None:
        yield Problem("practitioner_id", N_("Say who or what is booked"))
    if not is_zone(plan.zone):
        yield Problem("zone", N_("There is no such time zone"))
    for where, least, most in (("slot_minutes", 5, 480), ("days_ahead", 1, 400)):
        if not least <= getattr(plan, where) <= most:
            yield Problem(where, N_("Give a number from %(least)s to %(most)s"), {"least": least, "most": most})
    if plan.from_on and plan.until_on and plan.until_on < plan.from_on:
        yield Problem("until_on", N_("It ends before it begins"))
    if not plan.types or set(plan.types) - known:
        yield Problem("types", N_("Choose the types of appointments that it offers"))
    yield from problems_of_hours(plan.hours, plan.slot_minutes)
