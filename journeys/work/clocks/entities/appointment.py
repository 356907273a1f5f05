"""Appointments: not confirmed as they come near, without a word of what became of them, missed and not booked anew."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, and_, exists
from sqlalchemy.orm import aliased

from journeys.foundation.words import N_
from journeys.store.access import Appointment
from journeys.store.clinical import Encounter
from journeys.work.clocks.entities.base import NEWS, Entity, State

IS_BOOKED = Appointment.status.in_(("booked", "pending"))


def is_missed(now: dt.datetime) -> ColumnElement[bool]:
    """SQL: whether the patient did not come, lately, has no later appointment of the same kind, and was not
    seen since."""
    later = aliased(Appointment)
    booked_anew = exists().where(
        later.patient_id == Appointment.patient_id,
        later.start_at > Appointment.start_at,
        later.code.is_not_distinct_from(Appointment.code),
        later.status.not_in(("cancelled", "noshow", "entered-in-error")),
    )
    seen = exists().where(
        Encounter.patient_id == Appointment.patient_id,
        Encounter.start_at > Appointment.start_at,
        Encounter.status == "finished",
    )
    was_news = Appointment.start_at >= Appointment.recorded_at - NEWS
    return and_(Appointment.status == "noshow", Appointment.start_at <= now, was_news, ~booked_anew, ~seen)


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
