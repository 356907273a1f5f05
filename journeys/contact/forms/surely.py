"""Whose form it is, where that is sure: a number or address that a record has, usable, and the birth date with it.

A number alone is shared by families, and a birth date by many; what proves neither waits for a person.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.contact.forms.answers import Answers
from journeys.contact.forms.questions import BIRTH_DATE, EMAIL, PHONE
from journeys.foundation.tokens import email_token, phone_token
from journeys.store.people import Patient, PatientTelecom, PatientToken

USABLE = "usable"
SYSTEMS = {EMAIL: ("email",), PHONE: ("phone", "sms")}

Token = tuple[str, bytes]


def surely(session: Session, answers: Answers, region: str) -> int | None:
    """The one patient whom the answers prove; None where they fit nobody, or more than one."""
    tokens = tokens_of(answers, region)
    born: dt.date | None = answers.values.get(BIRTH_DATE)
    if not tokens or born is None:
        return None
    found = {
        patient_id
        for way, token in tokens.items()
        for patient_id in born_then(session, token, born)
        if is_usable(session, patient_id, way, token, region)
    }
    return found.pop() if len(found) == 1 else None


def tokens_of(answers: Answers, region: str) -> dict[str, Token]:
    """What the number and the address are found by."""
    found: dict[str, Token] = {}
    if EMAIL in answers.values:
        found[EMAIL] = email_token(answers.values[EMAIL])
    number = phone_token(answers.values[PHONE], region) if PHONE in answers.values else None
    if number is not None:
        found[PHONE] = number
    return found


def born_then(session: Session, token: Token, born: dt.date) -> set[int]:
    """Who has it and was born then; of records that were merged, the one that is kept."""
    kind, blind = token
    kept = func.coalesce(Patient.merged_into_id, Patient.id)
    having = (
        select(kept)
        .select_from(PatientToken)
        .join(Patient, Patient.id == PatientToken.patient_id)
        .where(PatientToken.kind == kind, PatientToken.token == blind, Patient.birth_date == born)
    )
    return set(session.scalars(having))


def is_usable(session: Session, patient_id: int, way: str, token: Token, region: str) -> bool:
    """Whether nothing speaks against the number or address in the record, so that it proves who has it."""
    rows = session.scalars(
        select(PatientTelecom).where(
            PatientTelecom.patient_id == patient_id,
            PatientTelecom.related_person_id.is_(None),
            PatientTelecom.system.in_(SYSTEMS[way]),
            PatientTelecom.status == USABLE,
        )
    )
    values = [each.value for each in rows]
    found = [email_token(value) if way == EMAIL else phone_token(value, region) for value in values]
    return token in found
