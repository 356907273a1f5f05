"""Finds the appointment that a link names, and says what its holder may do with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from journeys.contact.consent.choices import clinic_of
from journeys.contact.texts.visit_links import LINK
from journeys.foundation import links
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.store.access import AHEAD, Appointment
from journeys.store.organisation import Location
from journeys.store.people import Patient
from journeys.store.scheduling import AppointmentType, Schedule

SHOWN_FOR = dt.timedelta(days=1)
"""How long after its begin a link still tells of an appointment."""

UNKNOWN = "There is no such link"


@dataclass(frozen=True)
class Visit:
    """An appointment with what says where and when it is, and who writes to the patient."""

    row: Appointment
    patient: Patient
    kind: AppointmentType | None
    schedule: Schedule | None
    place: Location | None
    clinic: str
    now: dt.datetime = field(repr=False)

    @property
    def zone(self) -> str:
        """Whose wall clock tells its time: the place's."""
        return (
            (self.schedule.zone if self.schedule else None) or (self.place.time_zone if self.place else None) or "UTC"
        )

    @property
    def is_ahead(self) -> bool:
        """Whether something can still be said of it before it begins."""
        is_alive = self.row.status in AHEAD and not self.patient.deceased
        return is_alive and self.row.start_at is not None and self.row.start_at > self.now

    @property
    def is_ours(self) -> bool:
        """Whether it can be changed here and not only in the system that sent it."""
        return self.row.source_record_id is None

    @property
    def may_move(self) -> bool:
        """Whether patients choose another time by themselves."""
        offers = self.schedule is not None and self.kind is not None
        return self.is_ahead and self.is_ours and offers and bool(self.kind and self.kind.patients_may_book)


def visit_of(session: Session, act: Act, token: str) -> Visit:
    """The appointment of a link; Missing for letters that we did not write, and for one that was entered by mistake."""
    number = links.number_in(LINK, token)
    row = None if number is None else session.get(Appointment, number)
    if row is None or row.status == "entered-in-error":
        raise Missing(UNKNOWN)
    patient = session.get_one(Patient, row.patient_id)
    return Visit(
        row=row,
        patient=patient,
        kind=None if row.type_id is None else session.get(AppointmentType, row.type_id),
        schedule=None if row.schedule_id is None else session.get(Schedule, row.schedule_id),
        place=None if row.location_id is None else session.get(Location, row.location_id),
        clinic=clinic_of(session, patient),
        now=act.now,
    )
