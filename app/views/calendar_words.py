"""A calendar in words: one column a schedule or a day, each with its times in order."""

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.base import say, say_texts
from app.base.look import day, time_words
from app.base.words import reader_locale
from app.views.state_words import RECORD_STATES
from journeys.access.appointments.open_calendar import Calendar
from journeys.access.schedules.free import is_free_now
from journeys.foundation.words import N_
from journeys.store.access import Appointment
from journeys.store.people import Patient
from journeys.store.scheduling import Schedule, Slot

TONES = {
    "booked": ("", "calendar"),
    "pending": ("", "clock"),
    "arrived": ("accent", "visit"),
    "checked-in": ("accent", "visit"),
    "fulfilled": ("good", "check"),
    "noshow": ("warning", "alert"),
    "cancelled": ("", "close"),
}
FREE = N_("Free")
TAKEN = N_("Taken by a patient of another branch")
HELD = N_("Held for somebody")
BLOCKED = N_("Blocked")


@dataclass(frozen=True)
class Entry:
    """One line of a column: a visit, or a time that is free, held, blocked or taken."""

    start_at: dt.datetime
    time: str
    title: str
    detail: str
    address: str
    kind: str
    chip: tuple[str, str, str] | None = None


@dataclass(frozen=True)
class Lane:
    """A column: what it is called, its lines, and how many times in it are free."""

    title: str
    entries: list[Entry]
    free: int


def status_chip(status: str) -> tuple[str, str, str]:
    """Tone, icon and words of a status."""
    tone, drawing = TONES.get(status, ("", ""))
    return tone, drawing, say(RECORD_STATES.get(status, status))


def lanes_of_day(found: Calendar, zone: str, now: dt.datetime) -> list[Lane]:
    """One column a schedule, and one for what stands in none."""
    lanes = []
    known: set[int] = set()
    for schedule in found.schedules:
        mine = [(visit, patient) for visit, patient in found.visits if belongs(visit, schedule)]
        known |= {visit.id for visit, _ in mine}
        slots = [slot for slot in found.slots if slot.schedule_id == schedule.id]
        if schedule.active or slots or mine:
            shown = {visit.id for visit, _ in found.visits}
            lanes.append(lane(say_texts(schedule.name), mine, slots, shown, zone, now))
    rest = [(visit, patient) for visit, patient in found.visits if visit.id not in known]
    if rest:
        lanes.append(lane(gettext("Without a schedule"), rest, [], known, zone, now))
    return lanes


def belongs(visit: Appointment, schedule: Schedule) -> bool:
    """Whether a visit is shown with a schedule: booked in it, or sent by a source for its practitioner."""
    if visit.schedule_id is not None:
        return visit.schedule_id == schedule.id
    return visit.practitioner_id is not None and visit.practitioner_id == schedule.practitioner_id


def lanes_of_week(found: Calendar, first: dt.date, zone: str, now: dt.datetime, only: str = "") -> list[Lane]:
    """One column a day; free times are shown where one schedule is (`only`, its slug), counted otherwise."""
    info = zoneinfo.ZoneInfo(zone)
    chosen = [each for each in found.schedules if each.slug == only]
    shown = {visit.id for visit, _ in found.visits}
    lanes = []
    for number in range(7):
        on = first + dt.timedelta(days=number)
        visits = [
            (visit, patient)
            for visit, patient in found.visits
            if local(visit.start_at, info).date() == on and (not chosen or belongs(visit, chosen[0]))
        ]
        slots = [slot for slot in found.slots if local(slot.start_at, info).date() == on]
        slots = [slot for slot in slots if not chosen or slot.schedule_id == chosen[0].id]
        made = lane(day(on), visits, slots, shown, zone, now)
        entries = made.entries if chosen else [each for each in made.entries if each.kind == "visit"]
        lanes.append(Lane(made.title, entries, made.free))
    return lanes


def lane(
    title: str,
    visits: Iterable[tuple[Appointment, Patient]],
    slots: Sequence[Slot],
    shown: set[int],
    zone: str,
    now: dt.datetime,
) -> Lane:
    """One column; a busy slot is told by its visit, where that is shown."""
    info = zoneinfo.ZoneInfo(zone)
    entries = [entry_of_visit(visit, patient, info) for visit, patient in visits]
    entries += [entry_of_slot(slot, info, now) for slot in slots if slot.appointment_id not in shown]
    entries.sort(key=lambda each: (each.start_at, each.kind != "visit"))
    return Lane(title, entries, sum(each.kind == "free" for each in entries))


def entry_of_visit(visit: Appointment, patient: Patient, info: zoneinfo.ZoneInfo) -> Entry:
    """A visit: who comes, what for, how it stands."""
    start = visit.start_at
    if start is None:
        raise ValueError("a visit without a time stands in no calendar")
    confirmed = gettext("confirmed") if visit.confirmed_at and visit.status in ("booked", "pending") else ""
    return Entry(
        start_at=start,
        time=hour_words(local(start, info)),
        title=patient.name or gettext("No name recorded"),
        detail=", ".join(filter(None, (visit.display, confirmed))),
        address=url_for("calendar.show", uid=visit.uid),
        kind="visit",
        chip=status_chip(visit.status),
    )


def entry_of_slot(slot: Slot, info: zoneinfo.ZoneInfo, now: dt.datetime) -> Entry:
    """A time in which nobody comes whom the reader sees."""
    if slot.block_id is not None:
        kind, says = "blocked", BLOCKED
    elif slot.appointment_id is not None:
        kind, says = "taken", TAKEN
    elif not is_free_now(slot, now):
        kind, says = "held", HELD
    else:
        kind, says = ("free", FREE) if slot.start_at > now else ("past", FREE)
    address = url_for("calendar.slot", uid=slot.uid) if kind == "free" else ""
    return Entry(slot.start_at, hour_words(local(slot.start_at, info)), say(says), "", address, kind)


def local(moment: dt.datetime | None, info: zoneinfo.ZoneInfo) -> dt.datetime:
    """The wall time there, without its zone: what is drawn is drawn as it stands."""
    if moment is None:
        raise ValueError("no time")
    return moment.astimezone(info).replace(tzinfo=None)


def hour_words(wall: dt.datetime) -> str:
    """A time of day, for example "9:30 am"."""
    locale = reader_locale()
    return time_words(locale, "h:mm a" if locale.language == "en" else "HH:mm", wall.hour, wall.minute)
