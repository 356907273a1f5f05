"""A paper is added to a referral: what went with it, what came back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.care.referrals.finding import referral_to_change
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem, refuse_errors
from journeys.foundation.words import N_
from journeys.store.clinical import DiagnosticReport
from journeys.store.referrals import DOCUMENT_KINDS, ReferralDocument

LONGEST = 500


@dataclass(frozen=True)
class Paper:
    """What it is, what it is called, where it is kept; or which report of Waymark's own it is."""

    kind: str
    title: str = ""
    place: str | None = None
    report: uuid.UUID | None = None


def add_document(session: Session, act: Act, uid: uuid.UUID, paper: Paper) -> ReferralDocument:
    """Keep it with the referral and return it; Invalid when it has no title, or the report is another patient's."""
    referral = referral_to_change(session, uid)
    wanted = select(DiagnosticReport).where(DiagnosticReport.uid == paper.report)
    report = None if paper.report is None else session.scalar(wanted)
    problems = []
    if paper.kind not in DOCUMENT_KINDS:
        problems.append(Problem("kind", N_("Choose one of those that are offered")))
    if paper.report is not None and (report is None or report.patient_id != referral.patient_id):
        problems.append(Problem("report", N_("There is no such report of this patient")))
    if not paper.title.strip() and paper.report is None:
        problems.append(Problem("title", N_("Say what it is")))
    for name in ("title", "place"):
        if len(getattr(paper, name) or "") > LONGEST:
            problems.append(Problem(name, N_("At most %(most)s characters"), {"most": LONGEST}))
    refuse_errors(problems)
    document = ReferralDocument(
        patient_id=referral.patient_id,
        referral_id=referral.id,
        diagnostic_report_id=report.id if report else None,
        kind=paper.kind,
        added_at=act.now,
        added_by=act.by,
        title=paper.title.strip() or None,
        place=(paper.place or "").strip() or None,
    )
    session.add(document)
    session.flush()
    audit.note(session, "C", "referral_document", [document.id], [referral.patient_id])
    return document
