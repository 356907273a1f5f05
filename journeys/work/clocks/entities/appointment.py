"""Appointments: not confirmed as they come near, without a word of what became of them, missed and not booked anew."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, and_, exists, func, or_
from sqlalchemy.orm import aliased

from journeys.foundation.words import N_
from journeys.store.access import Appointment
from journeys.store.clinical import Encounter
from journeys.work.clocks.entities.base import NEWS, Entity, State

IS_BOOKED = Appointment.status.in_(("booked", "pending"))
KEPT = ("fulfilled", "arrived", "checked-in")
NO_DATE = ("cancelled", "noshow", "entered-in-error")
SHORTLY = dt.timedelta(days=1)
"""Whoever calls to say that they will not come books anew before the day itself."""


def is_missed(now: dt.datetime) -> ColumnElement[bool]:
    """SQL: whether the patient did not come, lately, booked no other appointment of the same kind because of it, kept
    none, and was not seen for the same thing since. One of a series that was booked long before is no answer."""
    later = aliased(Appointment)
    because = func.coalesce(later.booked_at, later.recorded_at) >= Appointment.start_at - SHORTLY
    booked_anew = exists().where(
        later.patient_id == Appointment.patient_id,
        later.start_at > Appointment.start_at,
        later.code.is_not_distinct_from(Appointment.code),
        or_(later.status.in_(KEPT), and_(later.status.not_in(NO_DATE), because)),
    )
    seen = exists().where(
        Encounter.patient_id == Appointment.patient_id,
        Encounter.start_at > Appointment.start_at,
        Encounter.status == "finished",
        is_for_the_same(),
    )
    was_news = Appointment.start_at >= Appointment.recorded_at - NEWS
    return and_(Appointment.status == "noshow", Appointment.start_at <= now, was_news, ~booked_anew, ~seen)


def is_for_the_same() -> ColumnElement[bool]:
    """SQL: whether a visit was of the kind, the service line or the practitioner of the appointment; any visit where
    none of these is known of it."""
    kinds = ("code", "service_line_id", "practitioner_id")
    same = [getattr(Encounter, each) == getattr(Appointment, each) for each in kinds]
    return or_(*same, and_(*(getattr(Appointment, each).is_(None) for each in kinds)))


class OpenAppointment(Entity):
    """An appointment of which something has to be heard."""

    label = N_("Appointments")
    table = Appointment
    location_id = Appointment.location_id
    display = Appointment.display
    states = {
        "unconfirmed": State(
            N_("not confirmed"),
            lambda now: and_(IS_BOOKED, Appointment.confirmed_at.is_(None), Appointment.start_at > now),
            lambda now: Appointment.start_at,
            is_ahead=True,
        ),
        "unresolved": State(
            N_("over, and nobody said whether the patient came"),
            lambda now: and_(
                IS_BOOKED, Appointment.start_at <= now, Appointment.start_at >= Appointment.recorded_at - NEWS
            ),
            lambda now: Appointment.start_at,
        ),
        "missed": State(N_("missed and not booked anew"), is_missed, lambda now: Appointment.start_at),
    }
