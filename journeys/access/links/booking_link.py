"""Finds the link by which a patient books, and says how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.access.links.visit_link import UNKNOWN
from journeys.contact.consent.choices import MOST_MERGES, clinic_of
from journeys.contact.texts.booking_links import LINK
from journeys.foundation import links
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.store.access import TAKES_PLACE, Appointment
from journeys.store.booking_links import BookingLink
from journeys.store.organisation import Location
from journeys.store.people import Patient, PatientLocation
from journeys.store.scheduling import AppointmentType

OPEN, USED, ENDED = "open", "used", "ended"


@dataclass(frozen=True)
class Offered:
    """A link with whose it is today (records are merged), what can be booked by it in which branches, and what it has
    booked."""

    link: BookingLink
    patient: Patient
    kinds: Sequence[AppointmentType]
    branches: frozenset[int]
    booked: Appointment | None
    clinic: str
    phone: str | None
    standing: str

    def kind(self, slug: str) -> AppointmentType | None:
        """The type that is chosen; the only one where nothing needs to be."""
        if len(self.kinds) == 1:
            return self.kinds[0]
        return next((each for each in self.kinds if each.slug == slug), None)


def offered_by(session: Session, act: Act, token: str, *, locked: bool = False) -> Offered:
    """What a link offers; Missing for letters that are no link of ours. `locked` holds it until the transaction ends:
    take the patient's lane before."""
    link = link_named(session, token, locked=locked)
    patient = patient_of(session, link)
    kinds = select(AppointmentType).where(AppointmentType.active, AppointmentType.patients_may_book)
    if link.type_id is not None:
        kinds = kinds.where(AppointmentType.id == link.type_id)
    booked = None if link.appointment_id is None else session.get(Appointment, link.appointment_id)
    branch = link.location_id or patient.managing_location_id
    place = None if branch is None else session.get(Location, branch)
    is_used = booked is not None and booked.status in TAKES_PLACE
    is_ended = act.now >= link.good_until or patient.deceased
    return Offered(
        link=link,
        patient=patient,
        kinds=session.scalars(kinds.order_by(AppointmentType.slug)).all(),
        branches=branches_of(session, link, patient),
        booked=booked if is_used else None,
        clinic=clinic_of(session, patient),
        phone=place.phone if place else None,
        standing=USED if is_used else ENDED if is_ended else OPEN,
    )


def branches_of(session: Session, link: BookingLink, patient: Patient) -> frozenset[int]:
    """Where it may book: as it says, else in the branches of the patient. Others would not see who comes."""
    if link.location_id is not None:
        return frozenset((link.location_id,))
    theirs = select(PatientLocation.location_id).where(PatientLocation.patient_id == patient.id)
    return frozenset(session.scalars(theirs)) | {patient.managing_location_id or 0}


def link_named(session: Session, token: str, *, locked: bool = False) -> BookingLink:
    """The row that letters of ours name; Missing for others."""
    number = links.number_in(LINK, token)
    chosen = select(BookingLink).where(BookingLink.id == number).execution_options(populate_existing=True)
    link = None if number is None else session.scalar(chosen.with_for_update() if locked else chosen)
    if link is None:
        raise Missing(UNKNOWN)
    return link


def patient_of(session: Session, link: BookingLink) -> Patient:
    """Whose it is today."""
    patient = session.get_one(Patient, link.patient_id)
    for _ in range(MOST_MERGES):
        if patient.merged_into_id is None:
            return patient
        patient = session.get_one(Patient, patient.merged_into_id)
    raise Missing(UNKNOWN)
