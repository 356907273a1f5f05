"""Records that a patient no longer wants to be written to; from the commit on nothing is sent."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.contact.consent.consents import append, check_statement
from journeys.contact.sending.hold_what_leaves import hold_what_leaves
from journeys.foundation.acting import Act
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.contact import Consent


def withdraw_consent(
    session: Session,
    act: Act,
    patient_id: int,
    purpose: str | None = None,
    channel: str | None = None,
    source: str = "form",
    language: str | None = None,
    evidence: str | None = None,
    related_person_id: int | None = None,
    about_person_id: int | None = None,
) -> Consent:
    """Return the statement; by default nothing may be sent any more, for any purpose, on any channel. It is about
    messages to the patient, or to somebody beside them."""
    hold_what_leaves(session, [patient_id])
    lock_lanes(session, [lane_of(patient_id)])
    check_statement(session, patient_id, purpose, None, act.now, related_person_id, about_person_id)
    statement = {
        "decision": "deny",
        "purpose": purpose,
        "channel": channel,
        "source": source,
        "language": language,
        "evidence": evidence,
        "related_person_id": related_person_id,
        "about_person_id": about_person_id,
    }
    return append(session, act, "consent.withdrawn", [patient_id], statement)[0]
