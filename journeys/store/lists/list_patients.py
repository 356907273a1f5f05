"""One page of the patients of the act's scope, narrowed and sorted by plain facts.

Names are sealed, so nobody can sort by them; who looks for a name uses `find_patients`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, text
from sqlalchemy.orm import Session, load_only

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.lists.keyset import BEGINNING, Count, Order, Place, page_of, rows_about, stretch
from journeys.store.people import Patient, PatientLocation

SORTS: dict[str, Any] = {
    "registered": None,
    "born": Patient.birth_date,
    "gender": Patient.gender,
    "language": Patient.language,
    "payer": Patient.payer_class,
    "changed": Patient.updated_at,
}
"""What a list may be sorted by; each has an index on (column, id)."""

FEW = 4_000
"""Up to so many patients of a scope are put in order quicker than they are found along an order of all."""

MANY = 20_000
"""Up to so many are counted quicker one by one."""

LISTED = (
    select(Patient)
    .where(Patient.merged_into_id.is_(None))
    .options(
        load_only(
            Patient.uid,
            Patient.name_sealed,
            Patient.birth_date,
            Patient.gender,
            Patient.language,
            Patient.payer_class,
            Patient.managing_location_id,
            Patient.updated_at,
        )
    )
)
"""The patients of a list, with what it shows of them."""

LITTLE_MEMORY = text("SELECT set_config('work_mem', '64kB', true)")
"""Until the end of the transaction."""


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to and sorted by; None narrows nothing. Both birth dates are included."""

    branch: int | None = None
    language: str | None = None
    gender: str | None = None
    payer: str | None = None
    born_from: dt.date | None = None
    born_until: dt.date | None = None
    sort: str = "registered"
    is_descending: bool = False


@dataclass(frozen=True)
class Narrowing:
    """What else a list is narrowed to, in two ways that find the same patients. `noted` is kept in the audit.

    `each` are conditions that are looked up patient by patient, while an order is walked along; `found` makes the query
    begin with what is looked for, so that few are found quickly and many counted no farther than they have to be.
    """

    each: Sequence[ColumnElement[bool]] = ()
    found: Callable[[Select], Select] = field(default=lambda query: query)
    noted: Mapping[str, Any] = field(default_factory=dict)


NOT_NARROWED = Narrowing()
NOT_COUNTED = Count(0)


@dataclass(frozen=True)
class PatientList:
    """One page, how many there are in all, and whether there are others before and after it."""

    patients: list[Patient]
    count: Count
    has_previous: bool
    has_next: bool
    is_lost: bool


def list_patients(
    session: Session,
    act: Act,
    wanted: Wanted,
    place: Place = BEGINNING,
    size: int = 25,
    narrowing: Narrowing = NOT_NARROWED,
) -> PatientList:
    """The page that begins at `place`, merged patients left out. The audit keeps the ids shown."""
    conditions = list(narrowed(wanted))
    query = LISTED.where(*conditions)
    order = Order(Patient.id, SORTS[wanted.sort], wanted.is_descending)
    walking, counting = in_scope(session, act, query)
    is_whole = act.scope.locations is None and not conditions and not narrowing.each
    count = rows_about(session, Patient.__tablename__) if is_whole else NOT_COUNTED
    if count.is_about:
        page = stretch(session, walking, order, place, size)
    else:
        page, count = page_of(session, walking.where(*narrowing.each), order, place, size, narrowing.found(counting))
    patients = [row.Patient for row in page.rows]
    ids = [patient.id for patient in patients]
    audit.note(session, "R", "patient", ids, ids, {"list": "patients", "sort": wanted.sort, **narrowing.noted})
    return PatientList(patients, count, page.has_previous, page.has_next, page.is_lost)


def narrowed(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """The conditions of what is asked."""
    for column, value in (
        (Patient.managing_location_id, wanted.branch),
        (Patient.language, wanted.language),
        (Patient.gender, wanted.gender),
        (Patient.payer_class, wanted.payer),
    ):
        if value is not None:
            yield column == value
    if wanted.born_from is not None:
        yield Patient.birth_date >= wanted.born_from
    if wanted.born_until is not None:
        yield Patient.birth_date <= wanted.born_until


def in_scope(session: Session, act: Act, query: Select) -> tuple[Select, Select]:
    """The query as it is best walked along, and as it is best counted, within the branches of the act.

    The row-level policy leaves out what is not theirs, but the planner cannot look into it. Patients of few branches
    are named once more, so that it begins with these. Where they are many, the order is walked along and each patient
    is looked up: a table of all of them, which the planner would rather make, is forbidden by little memory.
    """
    if act.scope.locations is None:
        return query, query
    mine = select(PatientLocation.patient_id).where(PatientLocation.location_id.in_(act.scope.locations))
    reach = session.scalar(select(func.count()).select_from(mine.limit(MANY + 1).subquery())) or 0
    named = query.where(Patient.id.in_(mine))
    if reach <= FEW:
        return named, named
    session.execute(LITTLE_MEMORY)
    return query, named if reach <= MANY else query
