"""An appointment as an iCalendar file (RFC 5545, RFC 5546), for the calendar of whoever has its link.

It says when and where, never what for or with whom: calendars are shared with families and employers. For the same
reason it does not carry the link, by which anybody could call the appointment off.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass

from icalendar import Calendar, Event, vCalAddress
from sqlalchemy.orm import Session

from journeys.access.links.visit_link import Visit, visit_of
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.words import in_language

MAKER = "-//Waymark//Appointments//EN"
NO_ADDRESS = "invalid:nomail"
"""An organiser is required; answers to it would be read by nobody."""

SUMMARY = {"en": "Appointment", "es": "Cita"}
WITH_CLINIC = {"en": "Appointment, %(clinic)s", "es": "Cita, %(clinic)s"}
CALL = {"en": "Phone: %(phone)s", "es": "Teléfono: %(phone)s"}
AT_LEAST = dt.timedelta(minutes=1)
NOTHING = "There is nothing to keep in a calendar"


@dataclass(frozen=True)
class Invitation:
    """The file, and whether it takes the appointment out of the calendar."""

    content: bytes
    method: str


def invitation(session: Session, act: Act, token: str) -> Invitation:
    """The file of the appointment as it stands; a later one replaces it, one of a cancelled appointment ends it.
    Missing for letters that are no link of ours, and where no time is known."""
    visit = visit_of(session, act, token)
    if visit.row.start_at is None or visit.patient.deceased:
        raise Missing(NOTHING)
    audit.note(session, "R", "appointment", [visit.row.id], [visit.patient.id], {"by": "link", "as": "icalendar"})
    is_off = visit.row.status == "cancelled"
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_off else "PUBLISH")
    calendar.add_component(event_of(visit, visit.row.start_at, is_off))
    calendar.add_missing_timezones()
    return Invitation(calendar.to_ical(), "CANCEL" if is_off else "PUBLISH")


def event_of(visit: Visit, start_at: dt.datetime, is_off: bool) -> Event:
    """The one event. Each change of the appointment counts its sequence up, so that calendars take the newest."""
    row, language = visit.row, visit.patient.language or "en"
    event = Event()
    event.add("uid", f"{row.uid}@waymark")
    event.add("sequence", row.row_version - 1)
    event.add("dtstamp", visit.now)
    event.add("dtstart", written(start_at, visit.zone))
    event.add("dtend", written(max(row.end_at or start_at, start_at + AT_LEAST), visit.zone))
    event.add("summary", in_language(WITH_CLINIC if visit.clinic else SUMMARY, language) % {"clinic": visit.clinic})
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    organizer = vCalAddress(NO_ADDRESS)
    organizer.params["cn"] = visit.clinic
    event.add("organizer", organizer)
    if visit.place is not None:
        event.add("location", visit.place.name)
        if visit.place.phone:
            event.add("description", in_language(CALL, language) % {"phone": visit.place.phone})
    return event


def written(moment: dt.datetime, zone: str) -> dt.datetime:
    """A moment on the wall clock of the place; in UTC in the hour that comes a second time, which the clock of a wall
    cannot tell from the first (RFC 5545, 3.3.5)."""
    wall = moment.astimezone(zoneinfo.ZoneInfo(zone))
    return moment.astimezone(dt.UTC) if wall.fold else wall
