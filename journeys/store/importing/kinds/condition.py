"""Condition → `condition`."""

from __future__ import annotations

from journeys.store.clinical import Condition
from journeys.store.importing.kinds.base import Context, Kind, Row, clinical
from journeys.store.importing.reading import Reading

CLINICAL_STATUSES = ("active", "recurrence", "relapse", "inactive", "remission", "resolved")


class ConditionKind(Kind):
    """A condition; its status is the clinical one, unknown where the source says none."""

    resource_type = "Condition"
    table = Condition
    order = 80
    event = "condition.recorded"

    def read(self, reading: Reading, context: Context) -> Row | None:
        """Code, clinical and verification status, onset and abatement."""
        row = clinical(reading, ())
        status = reading.coded("clinicalStatus").code
        if status is not None:
            reading.known("clinicalStatus", status, CLINICAL_STATUSES)
        onset = reading.moment("onsetDateTime") or reading.period("onsetPeriod")[0]
        abatement = reading.moment("abatementDateTime") or reading.period("abatementPeriod")[0]
        asserted = reading.moment("recordedDate")
        if row is None:
            return None
        row.values["status"] = status or "unknown"
        row.values["verification_status"] = reading.coded("verificationStatus").code
        row.values["category"] = reading.coded("category").code
        row.values["severity"] = reading.coded("severity").code
        row.values["onset_at"] = onset
        row.values["abatement_at"] = abatement
        row.values["asserted_at"] = asserted
        row.at = asserted or onset
        row.refer("encounter_id", reading.reference("encounter", "Encounter"))
        return row
