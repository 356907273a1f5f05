"""Procedure → `procedure`."""

from __future__ import annotations

from journeys.store.clinical import EVENT_STATUSES, Procedure
from journeys.store.importing.kinds.base import Context, Kind, Row, clinical, reason_of
from journeys.store.importing.reading import Reading


class ProcedureKind(Kind):
    """A procedure done, planned or stopped."""

    resource_type = "Procedure"
    table = Procedure
    order = 80
    event = "procedure.recorded"

    def read(self, reading: Reading, context: Context) -> Row | None:
        """Code, when it was performed, and why it was or was not."""
        row = clinical(reading, EVENT_STATUSES)
        starts, ends = reading.period("performedPeriod")
        performed = reading.moment("performedDateTime") or starts
        if row is None:
            return None
        row.values["performed_at"] = performed
        row.values["performed_until"] = ends
        row.values |= reason_of(reading)
        row.at = performed
        row.refer("encounter_id", reading.reference("encounter", "Encounter"))
        return row
