"""DiagnosticReport → `diagnostic_report`."""

from __future__ import annotations

import datetime as dt

from journeys.store.clinical import CORRECTED, DiagnosticReport
from journeys.store.importing.kinds.base import Context, Kind, Row, clinical
from journeys.store.importing.reading import Coded, Reading

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

NEWS = dt.timedelta(days=30)
"""What was issued longer ago than this is history when it arrives: nobody here has to acknowledge it."""

CRITICAL = frozenset({"AA", "HH", "LL"})
ABNORMAL = frozenset({"A", "H", "L", "HU", "LU", "POS", "DET", "R", "E", "HX", "LX", "IND"})
"""Codes of HL7's table ObservationInterpretation."""

ANSWERED = ("acknowledged_at", "acknowledged_by", "informed_at", "informed_by", "informed_how")


class DiagnosticReportKind(Kind):
    """A report of tests or imaging; `basedOn` leads to the referral that asked for it.

    Who acknowledged it is the house's own knowledge, until a correction makes it another report.
    """

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
        row.values["severity"] = severity_of(reading)
        row.values["needs_review"] = is_news(issued or effective, context)
        row.values["received_at"] = context.now
        row.secrets["conclusion"] = conclusion
        row.at = effective or issued
        row.refer("encounter_id", reading.reference("encounter", "Encounter"))
        row.refer("referral_id", *reading.references("basedOn", "ServiceRequest"))
        return row

    def on_change(self, row: Row) -> None:
        """A correction opens the report again; nothing else takes away what was done with it, or puts it off."""
        if row.values["status"] in CORRECTED:
            row.values.update(dict.fromkeys(ANSWERED), needs_review=True)
        else:
            del row.values["needs_review"]
            del row.values["received_at"]


def is_news(issued: dt.datetime | None, context: Context) -> bool:
    """Whether a report is young enough to be somebody's work."""
    return issued is None or issued >= context.now - NEWS


def severity_of(reading: Reading) -> str | None:
    """How bad it is, as the conclusion's codes and those of the findings inside the report say."""
    said = {each.code for each in codes_of(reading)}
    if said & CRITICAL:
        return "critical"
    return "abnormal" if said & ABNORMAL else None


def codes_of(reading: Reading) -> list[Coded]:
    """The codes of the conclusion, and the interpretations of contained findings; what cannot be read says nothing."""
    lenient = Reading(reading.value, reading.where)
    found = [each.concept() for each in lenient.each("conclusionCode")]
    for finding in lenient.each("contained"):
        found += [each.concept() for each in finding.each("interpretation")]
    return found
