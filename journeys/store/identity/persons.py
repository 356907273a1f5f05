"""What records say of who somebody is, made comparable: opened in batches, without case, accents and punctuation."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.tokens import words_of
from journeys.store.people import (
    Patient,
    PatientAddress,
    PatientIdentifier,
    PatientName,
    PatientTelecom,
)
from journeys.store.sources import SourceRecord

SPOKEN = ("phone", "sms")
NOT_THEIRS = ("wrong-person", "reassigned", "invalid")


@dataclass(frozen=True, order=True)
class Name:
    """One name that somebody goes by, in words."""

    given: tuple[str, ...]
    family: tuple[str, ...]


@dataclass(frozen=True, order=True)
class Place:
    """One postal address: its words with house numbers among them, and the postal code."""

    words: tuple[str, ...]
    postal_code: str


@dataclass(frozen=True)
class Person:
    """One record. `identifiers` are (issuer, value) of those that name a person and not a record; `source_id` is where
    the record comes from, None where it was made here."""

    id: int
    names: tuple[Name, ...] = ()
    birth_date: dt.date | None = None
    gender: str | None = None
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    places: tuple[Place, ...] = ()
    identifiers: frozenset[tuple[str, str]] = frozenset()
    source_id: int | None = None


@dataclass
class Parts:
    """What stands around one patient, while it is read."""

    names: set[Name] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    places: set[Place] = field(default_factory=set)
    identifiers: set[tuple[str, str]] = field(default_factory=set)


def persons_of(session: Session, ids: Collection[int]) -> dict[int, Person]:
    """These patients by id, opened: six statements however many they are."""
    parts: defaultdict[int, Parts] = defaultdict(Parts)
    wanted = list(ids)
    for name in rows_of(session, PatientName, wanted):
        parts[name.patient_id].names.add(name_of(name.family, name.given, name.text))
    for telecom in rows_of(session, PatientTelecom, wanted):
        read_telecom(telecom, parts[telecom.patient_id])
    for address in rows_of(session, PatientAddress, wanted):
        parts[address.patient_id].places.add(place_of(address.text, address.postal_code))
    for identifier in rows_of(session, PatientIdentifier, wanted):
        if identifier.system:
            parts[identifier.patient_id].identifiers.add((identifier.system, "".join(words_of(identifier.value))))
    records = (
        select(Patient, SourceRecord.source_id)
        .outerjoin(SourceRecord, SourceRecord.id == Patient.source_record_id)
        .where(Patient.id.in_(wanted))
    )
    return {patient.id: made(patient, source, parts[patient.id]) for patient, source in session.execute(records)}


def rows_of(session: Session, table: Any, ids: list[int]) -> Any:
    """The rows of a table that belong to these patients."""
    return session.scalars(select(table).where(table.patient_id.in_(ids)))


def read_telecom(telecom: PatientTelecom, parts: Parts) -> None:
    """A number or address that is the patient's own, as far as is known."""
    if telecom.related_person_id is not None or telecom.status in NOT_THEIRS:
        return
    if telecom.system in SPOKEN:
        parts.phones.add(telecom.value)
    elif telecom.system == "email":
        parts.emails.add(telecom.value.strip().casefold())


def made(patient: Patient, source_id: int | None, parts: Parts) -> Person:
    """The person of a patient's row and what stands around it."""
    if not parts.names and patient.name:
        parts.names.add(name_of(None, None, patient.name))
    return Person(
        id=patient.id,
        names=tuple(sorted(parts.names)),
        birth_date=patient.birth_date,
        gender=None if patient.gender == "unknown" else patient.gender,
        phones=frozenset(parts.phones),
        emails=frozenset(parts.emails),
        places=tuple(sorted(parts.places)),
        identifiers=frozenset(parts.identifiers),
        source_id=source_id,
    )


def name_of(family: str | None, given: str | None, text: str) -> Name:
    """A name in words; where nobody said which is which, the last one is the family's."""
    if family or given:
        return Name(tuple(words_of(given or "")), tuple(words_of(family or "")))
    words = words_of(text)
    return Name(tuple(words[:-1]), tuple(words[-1:]))


def place_of(text: str, postal_code: str | None) -> Place:
    """An address in words, each once."""
    return Place(tuple(sorted(set(words_of(text)))), "".join(words_of(postal_code or "")))
