"""DiagnosticReport → `diagnostic_report`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.store.clinical import CORRECTED, REPORTED, DiagnosticReport
from journeys.store.importing.findings import ABNORMAL, CRITICAL, SERIOUSNESS, worsen_reports
from journeys.store.importing.kinds.base import Context, Kind, Row, Written, clinical
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

ANSWERED = ("acknowledged_at", "acknowledged_by", "informed_at", "informed_by", "informed_how")


class DiagnosticReportKind(Kind):
    """A report of tests or imaging; `basedOn` leads to the referral that asked for it.

    Who acknowledged it is the house's own knowledge, until it is final at last, is corrected, or turns out worse.
    It is written after findings, so that those of the same delivery say how bad it is.
    """

    resource_type = "DiagnosticReport"
    table = DiagnosticReport
    order = 82
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

    def before_change(self, session: Session, context: Context, changed: Sequence[Written]) -> None:
        """Tell what is to be looked at anew from what only comes again."""
        columns = (DiagnosticReport.id, DiagnosticReport.status, DiagnosticReport.severity)
        chosen = select(*columns, DiagnosticReport.acknowledged_at)
        known = session.execute(chosen.where(DiagnosticReport.id.in_([each.id for each in changed])))
        before = {each.id: each for each in known}
        for each in changed:
            follow(each.row.values, before[each.id])

    def write_parts(self, session: Session, context: Context, written: Sequence[Written]) -> None:
        """The findings that are here already say how bad it is."""
        worsen_reports(session, context.now, [each.id for each in written])


def follow(values: dict[str, Any], before: Any) -> None:
    """What a new version changes of what the house knows: one that is final at last, or corrected, is news however old
    it is; one that is worse opens what was acknowledged. Nothing else takes away what was done, or puts it off."""
    is_final_now = values["status"] in REPORTED and before.status not in REPORTED
    if is_final_now or values["status"] in CORRECTED:
        values.update(dict.fromkeys(ANSWERED), needs_review=True)
        return
    del values["needs_review"]
    is_worse = SERIOUSNESS.index(values["severity"]) > SERIOUSNESS.index(before.severity)
    if is_worse and before.acknowledged_at is not None:
        values.update(dict.fromkeys(ANSWERED))
    else:
        del values["received_at"]
    if not is_worse:
        del values["severity"]


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
