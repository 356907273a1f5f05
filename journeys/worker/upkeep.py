"""What has to be there before it is needed: next months' partitions, and the zones that patients and branches live
in."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from journeys.foundation import audit, database
from journeys.foundation.acting import Act
from journeys.foundation.zones import ensure_zones
from journeys.store.organisation import Location
from journeys.store.people import Patient
from journeys.store.setting_up.partitions import ensure_partitions


def make_partitions(owner_url: str, today: dt.date) -> None:
    """Make the monthly partitions of the year to come. Only the owner of the tables may, so it has a connection of
    its own."""
    engine = database.connect(owner_url, database.OWNER)
    try:
        with engine.begin() as connection:
            ensure_partitions(connection, today)
    finally:
        engine.dispose()


def know_zones(session: Session, act: Act) -> None:
    """Make sure that SQL can work with the zone of every patient and branch."""
    audit.nothing_happened(session)
    used = union(select(Patient.time_zone), select(Location.time_zone)).subquery()
    ensure_zones(session, session.scalars(select(used.c.time_zone).where(used.c.time_zone.is_not(None))))
