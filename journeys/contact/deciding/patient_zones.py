"""Makes sure that the zones of the patients of a batch are known to SQL."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from journeys.contact.deciding.kept import is_one_of
from journeys.contact.deciding.person_facts import place
from journeys.contact.deciding.zones_of_places import place_word, zones_of_places
from journeys.foundation.zones import ZoneSpan, ensure_zones, is_zone
from journeys.store.contact import Message
from journeys.store.organisation import Location
from journeys.store.people import Patient


def ensure_patient_zones(session: Session, messages: Collection[int]) -> None:
    """Write out the zones of these messages' patients that are not yet; what is no zone stays unknown."""
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
        .where(is_one_of(messages), or_(zone.is_(None), zone.not_in(select(ZoneSpan.zone).distinct())))
    )
    wanted = [name or zones_of_places().get(where, ("",))[0] for name, where in session.execute(rows)]
    missing = [name for name in wanted if is_zone(name)]
    if missing:
        ensure_zones(session, missing)
