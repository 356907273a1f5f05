"""What follows when somebody beside a patient writes: their STOP, and that a number is not theirs, hold at once.

Whatever else they write waits for a person: one number may be beside several patients.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.contact.caregivers.shapes import Token, token_of
from journeys.contact.consent.consents import append
from journeys.contact.replies import keywords
from journeys.foundation.acting import Act
from journeys.store.caregivers import RelatedPersonToken
from journeys.store.people import Patient, PatientTelecom, RelatedPerson

WITHDRAWN = "consent.withdrawn"


@dataclass(frozen=True)
class Writer:
    """Somebody beside a patient, and the patient (of a merged record the one that is kept), whose lane is held."""

    person_id: int
    patient_id: int


@dataclass(frozen=True)
class Heard:
    """What they wrote, on which medium; where the channel sends nothing, a STOP is about every one."""

    outcome: str | None
    channel: str | None
    region: str
    token: Token
    text: str = field(repr=False)


def caregivers_with(session: Session, token: Token | None) -> list[Writer]:
    """Who beside a patient has this number or address."""
    if token is None:
        return []
    having = (
        select(RelatedPersonToken.related_person_id, func.coalesce(Patient.merged_into_id, Patient.id))
        .join(Patient, Patient.id == RelatedPersonToken.patient_id)
        .where(RelatedPersonToken.kind == token[0], RelatedPersonToken.token == token[1])
    )
    return [Writer(*row) for row in session.execute(having.order_by(RelatedPersonToken.related_person_id))]


def hear_caregivers(session: Session, act: Act, writers: Sequence[Writer], heard: Heard) -> None:
    """Do at once what they ask for by law, for each patient they are beside; the lanes are locked."""
    if heard.outcome == keywords.STOP:
        for each in writers:
            person = session.get_one(RelatedPerson, each.person_id)
            statement = {
                "decision": "deny",
                "purpose": None,
                "channel": heard.channel,
                "source": "message",
                "evidence": heard.text,
                "about_person_id": person.id,
            }
            append(session, act, WITHDRAWN, [person.patient_id], statement)
    if heard.outcome == keywords.WRONG_NUMBER:
        of_them = PatientTelecom.related_person_id.in_([each.person_id for each in writers])
        for telecom in session.scalars(select(PatientTelecom).where(of_them).order_by(PatientTelecom.id)):
            if token_of(telecom.system, telecom.value, heard.region) == heard.token:
                telecom.status, telecom.status_at = "wrong-person", act.now
        session.flush()
