"""Records that a patient agrees to be written to."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from journeys.contact.consent.consents import append, check_statement
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.foundation.words import N_
from journeys.store.contact import Consent
from journeys.store.people import RelatedPerson


def give_consent(
    session: Session,
    act: Act,
    patient_id: int,
    purpose: str | None,
    channel: str | None,
    source: str,
    language: str | None = None,
    wording: str | None = None,
    evidence: str | None = None,
    until_at: dt.datetime | None = None,
    related_person_id: int | None = None,
    about_person_id: int | None = None,
) -> Consent:
    """Return the statement; about messages to the patient, or to somebody beside them.

    `purpose` or `channel` None means every one; `source` says how it was given (form, message, import), `evidence`
    (kept sealed) what shows it, `wording` and `language` what was shown. `related_person_id` says it in the patient's
    place, which only somebody may who decides for them today; a refusal counts from anybody.
    """
    lock_lanes(session, [lane_of(patient_id)])
    check_statement(session, patient_id, purpose, until_at, act.now, related_person_id, about_person_id)
    if related_person_id is not None:
        refuse_who_may_not(session, act, related_person_id)
    statement = {
        "decision": "permit",
        "purpose": purpose,
        "channel": channel,
        "source": source,
        "language": language,
        "wording": wording,
        "evidence": evidence,
        "until_at": until_at,
        "related_person_id": related_person_id,
        "about_person_id": about_person_id,
    }
    return append(session, act, "consent.given", [patient_id], statement)[0]


def refuse_who_may_not(session: Session, act: Act, person_id: int) -> None:
    """Invalid for somebody who does not decide for the patient today."""
    person = session.get_one(RelatedPerson, person_id)
    today = act.now.date()
    is_over = person.until_on is not None and person.until_on < today
    has_begun = person.from_on is None or person.from_on <= today
    if person.authority != "decides" or is_over or not has_begun:
        raise Invalid([Problem("said_by", N_("This person may not decide for the patient"))])
