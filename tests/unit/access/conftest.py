"""The tests of access share one database a file; `front` is a front desk with one doctor's schedule laid out."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.access.appointments.book_appointment import Booking, book_appointment
from journeys.access.appointments.taking import Asked
from journeys.access.schedules.find_slots import Wanted, find_slots
from journeys.access.schedules.keep_schedule import Plan, keep_schedule
from journeys.access.schedules.keep_type import Kind, keep_type
from journeys.access.schedules.lay_out_slots import lay_out_slots
from journeys.foundation.acting import EVERYWHERE, Act, Scope, enter
from journeys.store import Appointment, Location, Practitioner, Schedule, Slot
from tests.make import NOON, added, branch, person
from tests.one_database import engine, session

__all__ = ["engine", "session"]

WEEKDAYS = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in "12345"}
VISIT = Kind("visit", {"en": "Visit", "es": "Visita"}, 30)
LONG = Kind("long", {"en": "Long visit"}, 60, lead_minutes=24 * 60, patients_may_book=True)
TOMORROW = dt.date(2026, 3, 4)


def at(hour: int, minute: int = 0, day: dt.date = TOMORROW) -> dt.datetime:
    """A time in New York, in March before the clocks change."""
    return dt.datetime.combine(day, dt.time(hour, minute), dt.UTC) + dt.timedelta(hours=5)


@dataclass
class Front:
    """Verbs in the one session of a test."""

    session: Session
    here: Location
    doctor: Practitioner
    plan: Plan
    now: dt.datetime = NOON
    scope: Scope = EVERYWHERE

    @property
    def act(self) -> Act:
        return Act(self.now, "user:nina", self.scope)

    def do(self, verb: Callable[..., Any], *args: Any, **arguments: Any) -> Any:
        enter(self.session, self.act)
        result = verb(self.session, self.act, *args, **arguments)
        self.session.flush()
        self.session.expire_all()
        return result

    def schedule(self, slug: str, **changes: Any) -> Schedule:
        self.do(keep_schedule, replace(self.plan, slug=slug, **changes))
        self.do(lay_out_slots, slug)
        return self.session.scalars(select(Schedule).where(Schedule.slug == slug)).one()

    def slot(self, start: dt.datetime, slug: str = "rivera") -> Slot:
        chosen = select(Slot).join(Schedule).where(Schedule.slug == slug, Slot.start_at == start)
        return self.session.scalars(chosen).one()

    def slot_schedule(self, slug: str) -> uuid.UUID:
        return self.session.scalars(select(Schedule.uid).where(Schedule.slug == slug)).one()

    def asked(self, start: dt.datetime, kind: str = "visit", **more: Any) -> Asked:
        slug = more.pop("slug", "rivera")
        return Asked(self.slot(start, slug).uid, kind, **more)

    def patient(self) -> uuid.UUID:
        found: uuid.UUID = person(self.session, at=self.here).uid
        return found

    def book(self, start: dt.datetime, kind: str = "visit", patient: uuid.UUID | None = None, **more: Any) -> Any:
        made: Appointment = self.do(
            book_appointment, Booking(patient or self.patient()), self.asked(start, kind, **more)
        )
        return made

    def free(self, kind: str = "visit", **more: Any) -> list[dt.datetime]:
        wanted = Wanted(kind, **{"from_at": self.now, "until": self.now + dt.timedelta(days=2), **more})
        return [each.start_at for each in self.do(find_slots, wanted)]


@pytest.fixture
def front(session: Session) -> Front:
    return front_desk(session)


def front_desk(session: Session) -> Front:
    """A branch, a doctor whose times of two days are laid out, and two types of appointment."""
    enter(session, Act(NOON, "user:nina", EVERYWHERE))
    here = branch(session)
    doctor = added(session, Practitioner(name="Dr. Rivera"))
    plan = Plan("rivera", {"en": "Dr. Rivera"}, here.id, "America/New_York", WEEKDAYS, 30, ("visit", "long"), doctor.id)
    made = Front(session, here, doctor, replace(plan, days_ahead=2))
    made.do(keep_type, VISIT)
    made.do(keep_type, LONG)
    made.schedule("rivera")
    return made
