"""DiagnosticReport → `diagnostic_report`."""

from __future__ import annotations

from journeys.store.clinical import DiagnosticReport
from journeys.store.importing.kinds.base import Context, Kind, Row, clinical
from journeys.store.importing.reading import Reading

STATUSES = (
    "registered",
    "partial",
    "preliminary",
    "final",
    "amended",
    "corrected",
    "appended",
    "cancelled",
    "entered-in-error",
    "unknown",
)


class DiagnosticReportKind(Kind):
    """A report of tests or imaging; `basedOn` leads to the referral that asked for it."""

    resource_type = "DiagnosticReport"
    table = DiagnosticReport
    order = 80
    event = "diagnostic-report.recorded"
    bound_by = "referral_id"

    def read(self, reading: Reading, context: Context) -> Row | None:
        """Code, category, when, and the conclusion."""
        row = clinical(reading, STATUSES, subject_needed=False)
        period_start, _ = reading.period("effectivePeriod")
        effective = reading.moment("effectiveDateTime") or period_start
        issued = reading.moment("issued")
        conclusion = reading.text("conclusion")
        if row is None:
            return None
        row.values["category"] = reading.coded("category").code
        row.values["effective_at"] = effective or issued
        row.values["issued_at"] = issued
        row.secrets["conclusion"] = conclusion
        row.at = effective or issued
        row.refer("encounter_id", reading.reference("encounter", "Encounter"))
        row.refer("referral_id", *reading.references("basedOn", "ServiceRequest"))
        return row
