"""Appointment → `appointment`."""

from __future__ import annotations

from journeys.foundation.words import N_
from journeys.store.access import APPOINTMENT_STATUSES, Appointment
from journeys.store.importing.kinds.base import PATIENT, Context, Kind, Row
from journeys.store.importing.reading import Reading


class AppointmentKind(Kind):
    """A booked, asked-for or past appointment of the first patient who takes part."""

    resource_type = "Appointment"
    table = Appointment
    order = 70
    event = "appointment.changed"
    bound_by = "referral_id"

    def read(self, reading: Reading, context: Context) -> Row | None:
        """Type, when, where, with whom; why it was cancelled."""
        coded = reading.coded("appointmentType")
        service = reading.coded("serviceType")
        shown = coded if coded.code or coded.display else service
        starts, ends = reading.span("start", "end")
        row = Row()
        row.values = {
            "status": reading.status("status", APPOINTMENT_STATUSES),
            "code_system": shown.system,
            "code": shown.code,
            "display": shown.display or reading.text("description"),
            "start_at": starts,
            "end_at": ends,
            "booked_at": reading.moment("created"),
            "cancellation_reason": reading.coded("cancelationReason").code,
        }
        row.secrets["comment"] = reading.text("comment")
        row.at = context.now
        row.refer("location_id", *reading.references("participant", "Location", "actor"))
        row.refer("practitioner_id", *reading.references("participant", "Practitioner", "actor"))
        row.refer("referral_id", *reading.references("basedOn", "ServiceRequest"))
        return self.of_patient(reading, row)

    def of_patient(self, reading: Reading, row: Row) -> Row | None:
        """The row of the patient who takes part; None when only staff and places do."""
        if not reading.has("participant"):
            reading.wrong("participant", N_("is missing"))
        patients = reading.references("participant", "Patient", "actor")
        if not patients:
            return None
        row.refer(PATIENT, *patients)
        return row
