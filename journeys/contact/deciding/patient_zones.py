"""Makes sure that the zones of the patients of a batch are known to SQL."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, null, or_, select, union_all
from sqlalchemy.orm import Session

from journeys.contact.deciding.kept import is_one_of
from journeys.contact.deciding.person_facts import place
from journeys.contact.deciding.zones_of_places import place_word, zones_of_places
from journeys.foundation.zones import ZoneSpan, ensure_zones, is_zone
from journeys.store.contact import PATIENT, Message
from journeys.store.organisation import Location
from journeys.store.people import Patient, RelatedPerson


def ensure_patient_zones(session: Session, messages: Collection[int]) -> None:
    """Write out the zones of these messages' patients, and of those beside them to whom one may go, that are not yet;
    what is no zone stays unknown."""
    zone = func.coalesce(Patient.time_zone, Location.time_zone)
    home = place()
    word = case((zone.is_(None), place_word(home)))
    rows = (
        select(zone, word)
        .distinct()
        .select_from(Message)
        .join(Patient, Patient.id == Message.patient_id)
        .outerjoin(Location, Location.id == Patient.managing_location_id)
        .outerjoin(home, zone.is_(None))
        .where(is_one_of(messages), or_(zone.is_(None), is_not_known(zone)))
    )
    found = session.execute(union_all(rows, of_those_beside(messages)))
    wanted = [name or zones_of_places().get(where, ("",))[0] for name, where in found]
    missing = [name for name in wanted if is_zone(name)]
    if missing:
        ensure_zones(session, missing)


def is_not_known(zone: Any) -> ColumnElement[bool]:
    """SQL: whether a zone is not written out yet."""
    return zone.not_in(select(ZoneSpan.zone).distinct())


def of_those_beside(messages: Collection[int]) -> Select:
    """SELECT the zones of the people beside patients whose messages may go to them."""
    zone = RelatedPerson.time_zone
    return (
        select(zone, null())
        .distinct()
        .select_from(Message)
        .join(RelatedPerson, RelatedPerson.patient_id == Message.patient_id)
        .where(is_one_of(messages), Message.goes_to != PATIENT, is_not_known(zone))
    )
