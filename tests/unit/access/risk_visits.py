"""Makes visits that attendance risk looks at."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from journeys.access.risk.knowing import Seen, share_missed
from journeys.store.access import Appointment
from tests.make import added

DAY = dt.timedelta(days=1)

FACTS: dict[str, Any] = {
    "lead_days": 7,
    "booked_minute": 600,
    "weekday": 2,
    "minute": 600,
    "age": 40,
    "service": "primary-care",
    "circumstance": None,
    "kept": 1,
    "missed": 0,
    "last_outcome": "kept",
    "days_since": 30,
    "same_day": 0,
    "ahead": 0,
}


def visit(session: Session, patient: Any, start_at: dt.datetime, status: str = "booked", **facts: Any) -> Appointment:
    """An appointment, by default booked a week before."""
    values = {"booked_at": start_at - 7 * DAY, "end_at": start_at + dt.timedelta(minutes=20), **facts}
    return added(session, Appointment(patient_id=patient.id, start_at=start_at, status=status, **values))


def seen(id: int, day: dt.date, is_missed: bool, place: int | None = None, **facts: Any) -> Seen:
    """A visit with what was known of it."""
    known = {**FACTS, **facts}
    known["missed_share"] = share_missed(known["kept"], known["missed"])
    return Seen(id, 1, place, day, "missed" if is_missed else "kept", known)
