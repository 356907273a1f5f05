"""Appointment: those that were booked here, and those that a source sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.store.access import APPOINTMENT_STATUSES, Appointment
from journeys.store.organisation import Location
from journeys.store.referrals import Referral
from journeys.sync.facade.resources.base import (
    Kind,
    Resource,
    coded,
    moment,
    names_of,
    names_of_practitioners,
    newest,
    ours,
    reference,
    uids_of,
    without_nothing,
)

TIMELESS = ("proposed", "cancelled", "waitlist")
"""The only statuses in which FHIR lets an appointment be without its time."""


class AppointmentKind(Kind):
    """Comments are for those who see the patient here, and are not given out."""

    type = "Appointment"
    table = Appointment
    searches = ("patient", "status", "date", "_lastUpdated")
    statuses = APPOINTMENT_STATUSES

    @classmethod
    def changed(cls) -> ColumnElement[Any]:
        """The latest of its times."""
        of = Appointment
        return newest(of.recorded_at, of.booked_at, of.confirmed_at, of.cancelled_at, of.status_at)

    @classmethod
    def gather(cls, session: Session, rows: Sequence[Any]) -> Mapping[str, Any]:
        """Places, practitioners and referrals by their ids."""
        found = [appointment for appointment, _ in rows]
        return {
            "places": names_of(session, Location, [each.location_id for each in found]),
            "practitioners": names_of_practitioners(session, [each.practitioner_id for each in found]),
            "referrals": uids_of(session, Referral, [each.referral_id for each in found]),
        }

    @classmethod
    def build(cls, row: Any, more: Mapping[str, Any], act: Act) -> Resource:
        """One appointment."""
        found, patient = row
        place = reference("", None, more["places"].get(found.location_id))
        staff = reference("", None, more["practitioners"].get(found.practitioner_id))
        others = [{"actor": each, "status": "accepted"} for each in (staff, place) if each]
        said = "accepted" if found.confirmed_at else "needs-action"
        referral = reference("ServiceRequest", more["referrals"].get(found.referral_id))
        length = minutes_of(found)
        return without_nothing(
            {
                "identifier": ours(found.uid),
                "status": found.status,
                "cancelationReason": coded(found.cancellation_reason)
                if found.status in ("cancelled", "noshow")
                else None,
                "appointmentType": coded(found.code, found.code_system, found.display),
                "basedOn": [referral] if referral else [],
                "start": moment(found.start_at) if length or found.status in TIMELESS else None,
                "end": moment(found.end_at) if length or found.status in TIMELESS else None,
                "minutesDuration": length,
                "created": moment(found.booked_at),
                "participant": [{"actor": reference("Patient", patient), "status": said}, *others],
            }
        )


def minutes_of(found: Appointment) -> int | None:
    """How long it takes, where both ends are known."""
    if found.start_at is None or found.end_at is None:
        return None
    return int((found.end_at - found.start_at).total_seconds() // 60) or None
