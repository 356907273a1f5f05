"""People who can be recognised wherever they turn up, and the words they and the clinic use."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from journeys.foundation import tokens
from journeys.foundation.acting import Act
from journeys.store.contact import Consent
from journeys.store.people import Patient, PatientName, PatientTelecom, PatientToken

NAME = "Zilvercanary"
GIVEN = "Ottokanary"
WORDS_SENT = "your visit is due"
WORDS_ANSWERED = "I feel plumbagoword today"
WORDS_NOTED = "she said marzipanword"
AREA = "212555"
"""The first digits of every number; the last four are the patient's."""

DOMAIN = "canarymail.example"
MARKS = (NAME, GIVEN, "plumbagoword", "marzipanword", DOMAIN)
"""What must be found nowhere, in any case and encoding. Each message that is sent holds the given name."""

LONG_AGO = dt.timedelta(days=400)


@dataclass(frozen=True)
class Person:
    """One patient of the run; every fourth one prefers e-mail."""

    number: int

    @property
    def name(self) -> str:
        return f"{GIVEN}{self.number} {NAME}{self.number}"

    @property
    def phone(self) -> str:
        return f"+1{AREA}{self.number:04d}"

    @property
    def email(self) -> str:
        return f"person{self.number}@{DOMAIN}"

    @property
    def prefers(self) -> str:
        return "sms" if self.number % 4 else "email"


def plant(session: Session, act: Act, numbers: Sequence[int]) -> list[int]:
    """Write these people with their numbers, addresses, consent and tokens; their ids."""
    people = [Person(number) for number in numbers]
    patients = [as_patient(person) for person in people]
    session.add_all(patients)
    session.flush()
    for person, patient in zip(people, patients, strict=True):
        session.add_all(belongings(person, patient.id, act.now - LONG_AGO))
    session.flush()
    return [patient.id for patient in patients]


def as_patient(person: Person) -> Patient:
    return Patient(
        name=person.name,
        given_name=f"{GIVEN}{person.number}",
        birth_date=dt.date(1970, 1, 1) + dt.timedelta(days=person.number),
        language="en",
        time_zone="America/New_York",
        preferred_channel=person.prefers,
    )


def belongings(person: Person, patient_id: int, since: dt.datetime) -> Iterator[object]:
    """The rows around a patient."""
    yield PatientName(patient_id=patient_id, use="official", text=person.name)
    yield PatientTelecom(patient_id=patient_id, system="sms", value=person.phone)
    yield PatientTelecom(patient_id=patient_id, system="email", value=person.email)
    yield Consent(
        patient_id=patient_id, decision="permit", purpose="care", from_at=since, source="form", recorded_by="test"
    )
    found_by = set(tokens.name_tokens(person.name))
    found_by.add(tokens.phone_token(person.phone, "US"))
    found_by.add(tokens.email_token(person.email))
    for kind, token in found_by:
        yield PatientToken(kind=kind, token=token, patient_id=patient_id)
