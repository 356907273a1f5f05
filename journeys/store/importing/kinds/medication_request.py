"""MedicationRequest → `medication_request`."""

from __future__ import annotations

from journeys.store.clinical import MedicationRequest
from journeys.store.importing.kinds.base import Context, Kind, Row, clinical, reason_of
from journeys.store.importing.reading import Coded, Reading
from journeys.store.importing.supply import lasts

STATUSES = ("active", "on-hold", "cancelled", "completed", "entered-in-error", "stopped", "draft", "unknown")


class MedicationRequestKind(Kind):
    """A prescription or order; the medicine may be a code, or a record inside this one."""

    resource_type = "MedicationRequest"
    table = MedicationRequest
    order = 80
    event = "medication-request.recorded"

    def read(self, reading: Reading, context: Context) -> Row | None:
        """Which medicine, with which intent, when, for how long; or that it must not be given, and why."""
        row = clinical(reading, STATUSES, code="medicationCodeableConcept")
        authored = reading.moment("authoredOn")
        starts, ends = lasts(reading, authored)
        is_refused = reading.flag("doNotPerform") or False
        if row is None:
            return None
        if row.values["code"] is None and reading.has("medicationReference"):
            medicine = medicine_of(reading)
            row.values |= {"code_system": medicine.system, "code": medicine.code, "display": medicine.display}
        row.values["intent"] = reading.text("intent")
        row.values["category"] = reading.coded("category").code
        row.values |= {"authored_at": authored, "starts_at": starts, "ends_at": ends, "do_not_perform": is_refused}
        row.values |= reason_of(reading)
        row.at = authored
        row.refer("encounter_id", reading.reference("encounter", "Encounter"))
        return row


def medicine_of(reading: Reading) -> Coded:
    """The medicine behind `medicationReference`: a contained Medication, else what the reference shows."""
    reference = reading.one("medicationReference")
    if reference is None:
        return Coded()
    named = reference.text("reference") or ""
    for inner in reading.each("contained"):
        if named.startswith("#") and inner.value.get("id") == named[1:]:
            return inner.coded("code")
    return Coded(None, None, reference.text("display"))
