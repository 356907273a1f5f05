"""Finds one patient of any branch by name, birth date and phone number together, for somebody whom they stand before.

The only way past the branches of the act. All three must fit, whole; nothing clinical is said, and every attempt is
audited, also one that finds nobody.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from journeys.foundation import audit
from journeys.foundation.acting import EVERYWHERE, Act, enter
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.tokens import WORD, blind, phone_token, words_of
from journeys.foundation.words import N_
from journeys.store.organisation import Location
from journeys.store.people import Patient, PatientLocation, PatientToken
from journeys.store.putting_in_force.two_people import needs_two

LEAST_WORDS = 2
"""A given and a family name."""


@dataclass(frozen=True)
class Sought:
    """What the patient says of themselves. `region` is the country whose phone habits hold."""

    name: str
    birth_date: dt.date | None
    phone: str
    region: str = "US"


@dataclass(frozen=True)
class Identified:
    """One patient: who they are, and which branches know them; `is_seen` says that the act may see them anyway, `waits`
    that a second person is asked before another branch does."""

    id: int = field(repr=False)
    uid: uuid.UUID
    name: str
    birth_date: dt.date | None
    branches: tuple[str, ...]
    is_seen: bool
    waits: bool = False


def identify_patient(session: Session, act: Act, sought: Sought) -> Identified | None:
    """The one patient whom all of it fits, of whatever branch; None where it fits nobody, or several. Invalid where
    one of the three is missing."""
    found = identified(session, act, sought)
    ids = [] if found is None else [found.id]
    audit.note(session, "R" if ids else "E", "patient", ids, ids, {"identified": len(ids)}, "0" if ids else "4")
    return found


def identified(session: Session, act: Act, sought: Sought) -> Identified | None:
    """The same, not yet audited."""
    wanted = tokens_of(sought)
    with seeing_everybody(session, act):
        kept = aliased(Patient)
        of_kept = func.coalesce(Patient.merged_into_id, Patient.id)
        found = session.scalars(
            select(kept.id)
            .join(Patient, kept.id == of_kept)
            .where(Patient.birth_date == sought.birth_date, kept.merged_into_id.is_(None))
            .where(*[has(kind, token) for kind, token in wanted])
            .distinct()
            .limit(2)
        ).all()
        if len(found) != 1:
            return None
        patient = session.execute(
            select(Patient).where(Patient.id == found[0]).execution_options(populate_existing=True)
        ).scalar_one()
        branches = session.scalars(
            select(Location.name)
            .join(PatientLocation, PatientLocation.location_id == Location.id)
            .where(PatientLocation.patient_id == patient.id)
            .order_by(Location.name)
        ).all()
        told = Identified(patient.id, patient.uid, patient.name or "", patient.birth_date, tuple(branches), False)
        session.expunge(patient)
    is_seen = session.scalar(select(Patient.id).where(Patient.id == told.id)) is not None
    return replace(told, is_seen=is_seen, waits=not is_seen and needs_two(session))


def tokens_of(sought: Sought) -> list[tuple[str, bytes]]:
    """The blind tokens that all must fit: whole words of the name, and the number."""
    words = words_of(sought.name)
    phone = phone_token(sought.phone, sought.region)
    problems = []
    if len(words) < LEAST_WORDS:
        problems.append(Problem("name", N_("needs the given and the family name")))
    if sought.birth_date is None:
        problems.append(Problem("birth_date", N_("is required")))
    if phone is None:
        problems.append(Problem("phone", N_("is not a phone number")))
    if phone is None or problems:
        raise Invalid(problems)
    return [phone, *((WORD, blind(WORD, word)) for word in dict.fromkeys(words))]


def has(kind: str, token: bytes) -> ColumnElement[bool]:
    """SQL: whether the record has a token."""
    is_it = and_(PatientToken.kind == kind, PatientToken.token == token)
    return exists().where(PatientToken.patient_id == Patient.id, is_it)


@contextmanager
def seeing_everybody(session: Session, act: Act) -> Iterator[None]:
    """The rows of every branch, until the end of the block and whatever happens in it."""
    enter(session, replace(act, scope=EVERYWHERE))
    try:
        yield
    finally:
        enter(session, act)
