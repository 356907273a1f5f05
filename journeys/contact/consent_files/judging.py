"""What becomes of each line of a table of consents: it is new, known already, or cannot be written down, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.contact.consent_files.reading import Line
from journeys.criteria.dates import zone_of
from journeys.foundation.errors import Problem
from journeys.foundation.tokens import IDENTIFIER, identifier_token
from journeys.foundation.words import N_
from journeys.foundation.zones import is_zone
from journeys.store.contact import Consent
from journeys.store.people import Patient, PatientToken

NEW, KNOWN, REFUSED = "new", "known", "refused"

NOBODY = N_("There is no such patient among those whom you see")
SEVERAL = N_("Several patients have this number")
LATER = N_("A statement is of today or before")
BEFORE = N_("A consent ends after it begins")
NEVER_ENDS = N_("A refusal holds until something else is said: leave the end out")

Key = tuple[Any, ...]

Said = tuple[dt.datetime, str | None, str | None]
"""When a statement begins, and its purpose and channel."""


@dataclass(frozen=True)
class Known:
    """A patient whom a record number names."""

    id: int
    zone: str
    name: str | None = field(repr=False)


@dataclass(frozen=True)
class Judged:
    """One line with its patient, its moments (instants) and what becomes of it. `is_overruled` says that something
    newer was said about the same, so that the line changes nothing of what holds now."""

    line: Line
    fate: str
    patient: Known | None
    from_at: dt.datetime | None
    until_at: dt.datetime | None
    problems: tuple[Problem, ...] = ()
    is_overruled: bool = False


def judged_lines(session: Session, now: dt.datetime, lines: Sequence[Line]) -> list[Judged]:
    """Every line in its order; the same statement twice in a file is new once."""
    people = patients_of(session, {line.patient for line in lines if line.patient})
    kept = statements_of(session, {each.id for found in people.values() for each in found})
    seen = {key_of(each) for each in kept}
    judged = []
    for line in lines:
        found = judge(line, people.get(line.patient, []), now)
        if found.fate == NEW and found.patient is not None:
            key = key_of_line(found, found.patient)
            found = found if key not in seen else Judged(line, KNOWN, found.patient, found.from_at, found.until_at)
            seen.add(key)
        judged.append(found)
    return list(with_newer(judged, kept))


def judge(line: Line, people: Sequence[Known], now: dt.datetime) -> Judged:
    """One line by itself."""
    problems = [*line.problems]
    if line.patient and len(people) != 1:
        problems.append(Problem("patient", SEVERAL if people else NOBODY))
    patient = people[0] if len(people) == 1 else None
    zone = patient.zone if patient is not None else "UTC"
    from_at = beginning_of(line.begins, zone) if line.begins else None
    until_at = beginning_of(line.ends + dt.timedelta(days=1), zone) if line.ends else None
    if from_at is not None and from_at > now:
        problems.append(Problem("from", LATER))
    if from_at is not None and until_at is not None and until_at <= from_at:
        problems.append(Problem("until", BEFORE))
    if line.decision == "deny" and line.ends is not None:
        problems.append(Problem("until", NEVER_ENDS))
    return Judged(line, REFUSED if problems else NEW, patient, from_at, until_at, tuple(problems))


def beginning_of(day: dt.date, zone: str) -> dt.datetime:
    """When a day begins in a zone; in UTC where the name is none."""
    return dt.datetime.combine(day, dt.time(), ZoneInfo(zone if is_zone(zone) else "UTC"))


def patients_of(session: Session, numbers: Collection[str]) -> dict[str, list[Known]]:
    """The patients that record numbers name, of those whom the scope sees; merged records count as the kept one."""
    tokens = {number: identifier_token(number)[1] for number in numbers}
    kept = func.coalesce(Patient.merged_into_id, Patient.id)
    named = (
        select(PatientToken.token, kept.label("patient_id"))
        .join(Patient, Patient.id == PatientToken.patient_id)
        .where(PatientToken.kind == IDENTIFIER, PatientToken.token.in_(list(tokens.values())))
        .distinct()
        .subquery()
    )
    rows = session.execute(
        select(named.c.token, Patient, zone_of(Patient.id)).join(Patient, Patient.id == named.c.patient_id)
    )
    by_token: dict[bytes, list[Known]] = {}
    for token, patient, zone in rows:
        by_token.setdefault(bytes(token), []).append(Known(patient.id, zone, patient.name))
    return {number: by_token.get(token, []) for number, token in tokens.items()}


def statements_of(session: Session, patients: Collection[int]) -> Sequence[Consent]:
    """Everything that these patients ever said about messages to themselves."""
    own = (Consent.patient_id.in_(list(patients)), Consent.about_person_id.is_(None))
    return session.scalars(select(Consent).where(*own)).all() if patients else []


def key_of(said: Consent) -> Key:
    """What makes two statements the same."""
    about = (said.patient_id, said.decision, said.purpose, said.channel)
    return (*about, said.from_at, said.until_at, said.source)


def key_of_line(found: Judged, patient: Known) -> Key:
    """The same of a line."""
    line = found.line
    about = (patient.id, line.decision, line.purpose, line.channel)
    return (*about, found.from_at, found.until_at, line.source)


def with_newer(judged: Iterable[Judged], kept: Iterable[Consent]) -> Iterator[Judged]:
    """Lines that are new, told whether something newer was said, before or in the same file, about the same or more."""
    judged = list(judged)
    said: dict[int, list[Said]] = {}
    for each in kept:
        said.setdefault(each.patient_id, []).append((each.from_at, each.purpose, each.channel))
    for found in judged:
        if found.fate == NEW and found.patient is not None and found.from_at is not None:
            said.setdefault(found.patient.id, []).append((found.from_at, found.line.purpose, found.line.channel))
    for found in judged:
        if found.fate == NEW and found.patient is not None and is_overruled(found, said.get(found.patient.id, ())):
            yield Judged(found.line, NEW, found.patient, found.from_at, found.until_at, is_overruled=True)
        else:
            yield found


def is_overruled(found: Judged, said: Iterable[Said]) -> bool:
    """Whether a newer statement covers all that a line is about."""
    return any(
        found.from_at is not None
        and from_at > found.from_at
        and purpose in (None, found.line.purpose)
        and channel in (None, found.line.channel)
        for from_at, purpose, channel in said
    )


def counts_of(judged: Iterable[Judged]) -> Mapping[str, int]:
    """How many lines have each fate."""
    found = dict.fromkeys((NEW, KNOWN, REFUSED), 0)
    for each in judged:
        found[each.fate] += 1
    return found
