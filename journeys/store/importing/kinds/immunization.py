"""Immunization → `immunization`."""

from __future__ import annotations

from journeys.store.clinical import Immunization
from journeys.store.importing.kinds.base import Context, Kind, Row, clinical, reason_of
from journeys.store.importing.reading import Reading


class ImmunizationKind(Kind):
    """A vaccine given or not given."""

    resource_type = "Immunization"
    table = Immunization
    order = 80
    event = "immunization.recorded"

    def read(self, reading: Reading, context: Context) -> Row | None:
        """Which vaccine, when, and why it was or was not given."""
        row = clinical(reading, ("completed", "entered-in-error", "not-done"), subject="patient", code="vaccineCode")
        occurred = reading.moment("occurrenceDateTime")
        if row is None:
            return None
        row.values["occurrence_at"] = occurred
        row.values |= reason_of(reading)
        row.at = occurred
        row.refer("encounter_id", reading.reference("encounter", "Encounter"))
        return row
