"""Makes sure that the zones of the patients of a batch are known to SQL."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.contact.kept import is_one_of
from journeys.foundation.zones import ZoneSpan, ensure_zones, is_zone
from journeys.store.contact import Message
from journeys.store.organisation import Location
from journeys.store.people import Patient


def ensure_patient_zones(session: Session, messages: Collection[int]) -> None:
    """Write out the zones of these messages' patients that are not yet; what is no zone stays unknown."""
    zone = func.coalesce(Patient.time_zone, Location.time_zone)
    zones = (
        select(zone)
        .distinct()
        .select_from(Message)
        .join(Patient, Patient.id == Message.patient_id)
        .outerjoin(Location, Location.id == Patient.managing_location_id)
        .where(is_one_of(messages), zone.is_not(None), zone.not_in(select(ZoneSpan.zone).distinct()))
    )
    missing = [name for name in session.scalars(zones) if is_zone(name)]
    if missing:
        ensure_zones(session, missing)
