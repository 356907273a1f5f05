"""One page of the list of patients with custom fields: narrowed by some, and with the values of others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.current import Values, read_values
from journeys.criteria.facts.facts import NO_FACTS, read_facts
from journeys.criteria.lists.narrowing import FieldFilter, narrowing
from journeys.criteria.lists.offered import offered, refuse_others
from journeys.foundation.acting import Act
from journeys.store.lists.keyset import BEGINNING, Place
from journeys.store.lists.list_patients import PatientList, Wanted, list_patients


@dataclass(frozen=True)
class PatientsWithFields:
    """A page, the fields shown in it, and patient id → slug → plain value of what is recorded."""

    page: PatientList
    fields: dict[str, CustomField]
    values: dict[int, Values]


def list_patients_with_fields(
    session: Session,
    act: Act,
    wanted: Wanted,
    shown: Sequence[str],
    filters: Sequence[FieldFilter] = (),
    place: Place = BEGINNING,
    size: int = 25,
    roles: Collection[str] = (),
) -> PatientsWithFields:
    """As `list_patients`; Forbidden when a field is asked for that is not offered to these roles.

    The audit keeps with the ids which fields were shown, and which narrowed the list: who is in it tells their values.
    """
    named = {*shown, *[each.slug for each in filters]}
    fields = offered(session, act, roles) if named else {}
    refuse_others(named, fields)
    noted = {"fields": sorted(shown), "narrowed_by": sorted({each.slug for each in filters})} if named else {}
    facts = read_facts(session) if filters else NO_FACTS
    narrowed = narrowing(filters, fields, facts, act.now, noted)
    page = list_patients(session, act, wanted, place, size, narrowed)
    ids = [patient.id for patient in page.patients]
    values = read_values(session, "patient", ids, shown) if shown and ids else {each: {} for each in ids}
    return PatientsWithFields(page, {slug: fields[slug] for slug in shown}, values)
