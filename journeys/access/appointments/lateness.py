"""What a late cancellation is: later than the type of the appointment allows, a day before it where it has none.

Nowhere a state: calling off is one, and how late it was follows from when.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from journeys.foundation.zones import minutes
from journeys.store.access import Appointment
from journeys.store.scheduling import A_DAY, AppointmentType


def is_late_cancellation(appointment: Any = Appointment) -> ColumnElement[bool]:
    """SQL: whether an appointment was called off too late for anybody else."""
    limit = select(AppointmentType.cancel_minutes).where(AppointmentType.id == appointment.type_id).scalar_subquery()
    allowed = minutes(func.coalesce(limit, A_DAY))
    return and_(appointment.status == "cancelled", appointment.cancelled_at > appointment.start_at - allowed)


def in_time_until(start_at: dt.datetime, kind: AppointmentType | None) -> dt.datetime:
    """Until when it can be called off in time."""
    return start_at - dt.timedelta(minutes=A_DAY if kind is None else kind.cancel_minutes)
