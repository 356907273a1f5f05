"""Rooms, devices and blocks as the screen of schedules shows and asks for them."""

import datetime as dt
import zoneinfo
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext, ngettext
from sqlalchemy import select

from app.base import Column, asking, clock, say, say_texts
from app.base.look import day as day_in_words
from app.views.calendar_words import hour_words, local
from app.views.patient_list import branch_choices, branch_names
from journeys.foundation.errors import Missing
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_
from journeys.foundation.zone_days import instant_of_wall
from journeys.store.scheduling import BLOCK_REASONS, BookableResource, Schedule, ScheduleBlock

REASONS = {
    "absence": N_("Absence"),
    "holiday": N_("Holiday"),
    "meeting": N_("Meeting"),
    "maintenance": N_("Maintenance"),
    "other": N_("Another reason"),
}
RESOURCES = (
    Column(N_("Room or device"), "name", link=lambda row: f"/schedules/resources/{row['slug']}/"),
    Column(N_("Branch"), "branch", kind="muted"),
    Column(N_("In use"), "active", kind="yes_no"),
)


def reasons() -> list[tuple[str, str]]:
    """Why nothing can be booked."""
    return [(reason, say(REASONS[reason])) for reason in BLOCK_REASONS]


@dataclass(frozen=True)
class ResourceForm:
    """A room or a device as it may become."""

    name: Texts = field(metadata={"label": N_("Name")})
    location_id: int = field(metadata={"label": N_("Branch"), "choices": branch_choices})
    active: bool = field(default=True, metadata={"label": N_("In use")})


@dataclass(frozen=True)
class BlockForm:
    """A time in which nothing can be booked, on the wall clock of the schedule."""

    from_on: dt.date = field(metadata={"label": N_("From this day on")})
    from_time: dt.time = field(metadata={"label": N_("From this time on")})
    until_on: dt.date = field(metadata={"label": N_("Until this day"), "key": "end_at"})
    until_time: dt.time = field(metadata={"label": N_("Until this time")})
    reason: str = field(metadata={"label": N_("Why"), "choices": reasons})


def span_of(given: BlockForm, zone: str) -> tuple[dt.datetime, dt.datetime]:
    """What was asked for, as instants."""
    info = zoneinfo.ZoneInfo(zone)
    begins = instant_of_wall(dt.datetime.combine(given.from_on, given.from_time), info)
    return begins, instant_of_wall(dt.datetime.combine(given.until_on, given.until_time), info)


def resource_rows() -> list[dict[str, Any]]:
    """Every room and device."""
    branches = branch_names()
    return [
        {
            "slug": each.slug,
            "name": say_texts(each.name) or each.slug,
            "branch": branches.get(each.location_id, ""),
            "active": each.active,
        }
        for each in asking().scalars(select(BookableResource).order_by(BookableResource.slug))
    ]


def block_rows(schedule: Schedule) -> list[dict[str, Any]]:
    """The blocks that are written on a schedule and not over yet."""
    info = zoneinfo.ZoneInfo(schedule.zone)
    standing = select(ScheduleBlock).where(
        ScheduleBlock.schedule_id == schedule.id, ScheduleBlock.ended_at.is_(None), ScheduleBlock.end_at > clock.now()
    )
    return [
        {
            "uid": each.uid,
            "begins": wall_words(each.start_at, info),
            "ends": wall_words(each.end_at, info),
            "why": say(REASONS[each.reason]),
        }
        for each in asking().scalars(standing.order_by(ScheduleBlock.start_at, ScheduleBlock.id))
    ]


def wall_words(moment: dt.datetime, info: zoneinfo.ZoneInfo) -> str:
    """A day and an hour of the schedule's clock."""
    wall = local(moment, info)
    return f"{day_in_words(wall.date())}, {hour_words(wall)}"


def schedule_named(slug: str) -> Schedule:
    """The schedule of an address; Missing without."""
    found = asking().scalar(select(Schedule).where(Schedule.slug == slug))
    if found is None:
        raise Missing("There is no such schedule")
    return found


def blocked_words(booked: int) -> str:
    """That it is blocked, and what is still to be done."""
    blocked = gettext("The time is blocked.")
    if not booked:
        return blocked
    left = ngettext("%(num)s appointment lies in it.", "%(num)s appointments lie in it.", booked)
    return " ".join((blocked, left, gettext("Move what is booked, or call it off, in the calendar.")))
