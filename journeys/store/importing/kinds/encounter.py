"""Encounter → `encounter`."""

from __future__ import annotations

from journeys.store.clinical import ENCOUNTER_STATUSES, Encounter
from journeys.store.importing.kinds.base import Context, Kind, Row, clinical
from journeys.store.importing.reading import NOT_CODED, Reading


class EncounterKind(Kind):
    """A visit or stay: where, with whom, from when until when."""

    resource_type = "Encounter"
    table = Encounter
    order = 65
    event = "encounter.recorded"

    def read(self, reading: Reading, context: Context) -> Row | None:
        """Class, type, period, where a stay led to, and the first location and practitioner."""
        row = clinical(reading, ENCOUNTER_STATUSES, code="type", subject_needed=False)
        class_ = reading.one("class")
        starts, ends = reading.period("period")
        stay = reading.one("hospitalization")
        discharge = NOT_CODED if stay is None else stay.coded("dischargeDisposition")
        if row is None:
            return None
        row.values["class_code"] = class_.coding().code if class_ else None
        row.values |= {"discharge_system": discharge.system, "discharge_code": discharge.code}
        row.values["start_at"] = starts
        row.values["end_at"] = ends
        row.at = starts
        row.refer("location_id", *reading.references("location", "Location", "location"))
        row.refer("practitioner_id", *reading.references("participant", "Practitioner", "individual"))
        row.refer("organization_id", reading.reference("serviceProvider", "Organization"))
        row.refer("appointment_id", *reading.references("appointment", "Appointment"))
        row.refer("episode_id", *reading.references("episodeOfCare", "EpisodeOfCare"))
        return row
