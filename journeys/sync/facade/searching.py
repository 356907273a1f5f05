"""Finds resources of one type: page by page, in the order of their making, with as many statements for each page."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Missing, Problem
from journeys.foundation.tokens import identifier_token
from journeys.foundation.words import N_
from journeys.store.access import Appointment
from journeys.store.people import Patient, PatientIdentifier, PatientToken
from journeys.store.scheduling import Schedule, Slot
from journeys.sync.facade.resources import KINDS
from journeys.sync.facade.resources.base import URN, Kind, Resource, moment

SEARCHES: dict[str, tuple[str, ...]] = {name: ("_id", *kind.searches) for name, kind in KINDS.items()}
"""Resource type → every parameter that can be asked for."""

MOST = 100
MOST_VALUES = 50
"""Values of one parameter: a search is no list of guesses."""

Parameters = Sequence[tuple[str, str]]
Judge = Callable[[type[Kind], str, Session, Act], ColumnElement[bool]]
A_TIME = re.compile(r"(eq|ge|gt|le|lt)?(\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d))?)")
OF_PATIENT = re.compile(r"(?:.*/)?Patient/([0-9a-f-]{36})|([0-9a-f-]{36})")
OF_SCHEDULE = re.compile(r"(?:.*/)?Schedule/([0-9a-f-]{36})|([0-9a-f-]{36})")


@dataclass(frozen=True)
class Page:
    """Resources of one page, and after which row the next begins; None on the last."""

    resources: list[Resource]
    after: int | None


def search(session: Session, act: Act, name: str, parameters: Parameters, most: int, after: int = 0) -> Page:
    """A page of what the act may see. Invalid for values that cannot be read, and for parameters that are not known."""
    kind = KINDS[name]
    found = kind.select(act)
    for parameter, value in parameters:
        if parameter not in SEARCHES[name]:
            raise Invalid([Problem(parameter, N_("There is no such search here"))])
        found = found.where(JUDGES[parameter](kind, value, session, act))
    size = max(1, min(most, MOST))
    rows = session.execute(found.where(kind.table.id > after).order_by(kind.table.id).limit(size + 1)).all()
    made = built(session, act, kind, rows[:size])
    return Page(made, rows[size - 1][0].id if len(rows) > size else None)


def read_resource(session: Session, act: Act, name: str, uid: uuid.UUID) -> Resource:
    """One resource by its id. Missing where there is none, or it is of a branch of others: nobody learns which."""
    kind = KINDS[name]
    rows = session.execute(kind.select(act).where(kind.table.uid == uid)).all()
    made = built(session, act, kind, rows)
    if not made:
        raise Missing(N_("There is no such record here"))
    return made[0]


def built(session: Session, act: Act, kind: type[Kind], rows: Sequence[Any]) -> list[Resource]:
    """The resources of rows, with what was shown in the audit."""
    found = [row[0] for row in rows]
    more = kind.gather(session, rows) if rows else {}
    times = changed_at(session, kind, [each.id for each in found])
    patients = [each.id if kind.table is Patient else getattr(each, "patient_id", None) for each in found]
    audit.note(
        session,
        "R",
        kind.table.__tablename__,
        [each.id for each in found],
        list(dict.fromkeys(each for each in patients if each is not None)),
        {"fhir": kind.type},
    )
    return [whole(kind, row, kind.build(row, more, act), times.get(row[0].id)) for row in rows]


def changed_at(session: Session, kind: type[Kind], ids: Sequence[int]) -> Mapping[int, dt.datetime]:
    """When each last changed, where that is known."""
    column = kind.changed()
    if column is None or not ids:
        return {}
    return {row[0]: row[1] for row in session.execute(select(kind.table.id, column).where(kind.table.id.in_(ids)))}


def whole(kind: type[Kind], row: Any, content: Resource, changed: dt.datetime | None) -> Resource:
    """A resource with its type, its id, and its version, which follows from what it says: whatever is changed, and
    wherever that stands, gives another."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False).encode()
    meta = {"versionId": hashlib.sha256(text).hexdigest()[:16]}
    if changed is not None:
        meta["lastUpdated"] = moment(changed) or ""
    return {"resourceType": kind.type, "id": str(row[0].uid), "meta": meta, **content}


def by_id(kind: type[Kind], value: str, session: Session, act: Act) -> ColumnElement[bool]:
    """Ids; what is no id of ours finds nothing."""
    found: ColumnElement[bool] = kind.table.uid.in_([each for each in map(as_uid, values_of(value)) if each])
    return found


def by_patient(kind: type[Kind], value: str, session: Session, act: Act) -> ColumnElement[bool]:
    """References to patients, or their ids."""
    return kind.is_of_patient([each for each in (named(OF_PATIENT, text) for text in values_of(value)) if each])


def by_schedule(kind: type[Kind], value: str, session: Session, act: Act) -> ColumnElement[bool]:
    """References to schedules, or their ids."""
    return Schedule.uid.in_([each for each in (named(OF_SCHEDULE, text) for text in values_of(value)) if each])


def by_status(kind: type[Kind], value: str, session: Session, act: Act) -> ColumnElement[bool]:
    """FHIR's words; those that this type never has find nothing."""
    return kind.has_status(values_of(value), act)


def by_identifier(kind: type[Kind], value: str, session: Session, act: Act) -> ColumnElement[bool]:
    """A number, whole, with or without its issuer. Only numbers are looked for in tokens and then opened: nobody can
    ask for a part of one."""
    system, bar, number = value.rpartition("|")
    if not number.strip():
        return false()
    if number.startswith("urn:uuid:") and system in ("", URN):
        return Patient.uid == (as_uid(number.removeprefix("urn:uuid:")) or uuid.UUID(int=0))
    kind_of_token, token = identifier_token(number)
    tokens = select(PatientToken.patient_id).where(PatientToken.kind == kind_of_token, PatientToken.token == token)
    asked = select(PatientIdentifier).where(PatientIdentifier.patient_id.in_(tokens)).limit(MOST)
    found = [each for each in session.scalars(asked) if each.value == number]
    return Patient.id.in_([each.patient_id for each in found if not bar or (each.system or "") == system])


def by_change(kind: type[Kind], value: str, session: Session, act: Act) -> ColumnElement[bool]:
    """When it last changed."""
    return within(kind.changed(), value, "_lastUpdated")


def by_date(kind: type[Kind], value: str, session: Session, act: Act) -> ColumnElement[bool]:
    """When the appointment begins."""
    return within(Appointment.start_at, value, "date")


def by_start(kind: type[Kind], value: str, session: Session, act: Act) -> ColumnElement[bool]:
    """When the slot begins."""
    return within(Slot.start_at, value, "start")


JUDGES: dict[str, Judge] = {
    "_id": by_id,
    "_lastUpdated": by_change,
    "patient": by_patient,
    "identifier": by_identifier,
    "status": by_status,
    "date": by_date,
    "schedule": by_schedule,
    "start": by_start,
}


def within(column: Any, value: str, where: str) -> ColumnElement[bool]:
    """SQL: whether a moment is where a search says; a day is from its midnight to the next, UTC."""
    found = A_TIME.fullmatch(value)
    try:
        begins = dt.datetime.fromisoformat(found[2]) if found else None
    except ValueError:
        begins = None
    if found is None or begins is None:
        raise Invalid([Problem(where, N_("Write a day or a moment with its zone, for example ge2026-11-23"))])
    begins = begins if begins.tzinfo else begins.replace(tzinfo=dt.UTC)
    ends = begins + (dt.timedelta(days=1) if len(found[2]) == len("2026-11-23") else dt.timedelta(microseconds=1000))
    compared: dict[str, ColumnElement[bool]] = {
        "eq": and_(column >= begins, column < ends),
        "ge": column >= begins,
        "gt": column >= ends,
        "le": column < ends,
        "lt": column < begins,
    }
    return compared[found[1] or "eq"]


def values_of(value: str) -> list[str]:
    """The values of one parameter, of which any will do."""
    found = [each for each in value.split(",") if each]
    if len(found) > MOST_VALUES:
        raise Invalid([Problem("", N_("Ask for at most %(most)s values at once"), {"most": MOST_VALUES})])
    return found


def named(pattern: re.Pattern[str], text: str) -> uuid.UUID | None:
    """The id in a reference; None where it names none of ours."""
    found = pattern.fullmatch(text)
    return as_uid(found[1] or found[2]) if found else None


def as_uid(text: str) -> uuid.UUID | None:
    """An id of ours; None for what cannot be one."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
