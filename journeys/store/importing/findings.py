"""How bad a result is by the findings that it names, whichever of the two came first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from journeys.store.identity.moving import kept_of

CRITICAL = frozenset({"AA", "HH", "LL"})
ABNORMAL = frozenset({"A", "H", "L", "HU", "LU", "POS", "DET", "R", "E", "HX", "LX", "IND"})
"""Codes of HL7's table ObservationInterpretation."""

SERIOUSNESS = (None, "abnormal", "critical")
"""Severities of a result, from the mildest on."""

WORSEN = """
WITH said AS (
    SELECT report.id, max(CASE
        WHEN said.interpretation = ANY(CAST(:critical AS text[])) THEN 2
        WHEN said.interpretation = ANY(CAST(:abnormal AS text[])) THEN 1
        ELSE 0 END) AS worst
    FROM diagnostic_report AS report
    JOIN source_link AS link ON link.source_record_id = report.source_record_id AND link.name = 'result'
    CROSS JOIN LATERAL (
        SELECT record.id FROM source_record AS record
        WHERE record.source_id = link.source_id AND record.resource_type = link.resource_type
        AND record.outside_id = link.outside_id
        UNION SELECT alias.source_record_id FROM source_alias AS alias
        WHERE alias.source_id = link.source_id AND alias.resource_type = link.resource_type
        AND alias.token = link.token
    ) AS named
    JOIN observation AS finding ON finding.source_record_id = named.id
    CROSS JOIN LATERAL (
        SELECT finding.interpretation
        UNION ALL SELECT part.interpretation FROM observation AS part WHERE part.parent_id = finding.id
    ) AS said
    WHERE {which} AND finding.status NOT IN ('cancelled', 'entered-in-error')
    GROUP BY report.id
)
UPDATE diagnostic_report AS report SET
    severity = CASE said.worst WHEN 2 THEN 'critical' ELSE 'abnormal' END,
    received_at = CASE WHEN report.acknowledged_at IS NULL THEN report.received_at ELSE :now END,
    acknowledged_at = NULL, acknowledged_by = NULL, informed_at = NULL, informed_by = NULL, informed_how = NULL
FROM said
WHERE report.id = said.id
AND said.worst > CASE report.severity WHEN 'critical' THEN 2 WHEN 'abnormal' THEN 1 ELSE 0 END
"""
OF_REPORTS = text(WORSEN.format(which="report.id = ANY(CAST(:ids AS bigint[]))"))
OF_PATIENTS = text(WORSEN.format(which="report.needs_review AND report.patient_id = ANY(CAST(:ids AS bigint[]))"))


def worsen_reports(session: Session, now: dt.datetime, reports: Collection[int]) -> None:
    """Make these reports as serious as the worst finding they name."""
    worsen(session, now, OF_REPORTS, reports)


def worsen_reports_of(session: Session, now: dt.datetime, patients: Collection[int]) -> None:
    """Make the reports that came as news for these patients as serious as the worst finding they name.

    Reports of people whose records were merged are the kept record's.
    """
    worsen(session, now, OF_PATIENTS, {*patients, *kept_of(session, patients).values()})


def worsen(session: Session, now: dt.datetime, which: TextClause, ids: Collection[int]) -> None:
    """Raise what is too mild; whoever acknowledged it has seen something else, so it is open again. Nothing is made
    milder: only a correction of the report itself does that."""
    if ids:
        given = {"ids": sorted(ids), "now": now, "critical": sorted(CRITICAL), "abnormal": sorted(ABNORMAL)}
        session.execute(which, given)
