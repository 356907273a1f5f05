"""Who takes care of a patient: the practitioners whom they saw or are to see, and who owns open work about them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from journeys.foundation.database import PREPARED
from journeys.store.access import Appointment
from journeys.store.clinical import Encounter
from journeys.store.organisation import Practitioner

NOT_HELD = ("cancelled", "noshow", "entered-in-error")
MOST = 12


@dataclass(frozen=True)
class Member:
    """One practitioner: how many visits there were, the last one, and the next appointment."""

    name: str | None
    visits: int
    last_at: dt.datetime | None
    next_at: dt.datetime | None


def care_team(session: Session, patient_id: int, now: dt.datetime) -> list[Member]:
    """Those with an appointment to come first, then whoever saw the patient last."""
    visits = select(
        Encounter.practitioner_id.label("practitioner_id"),
        Encounter.start_at.label("at"),
    ).where(Encounter.patient_id == patient_id, Encounter.status.not_in(("cancelled", "entered-in-error")))
    booked = select(Appointment.practitioner_id, Appointment.start_at).where(
        Appointment.patient_id == patient_id, Appointment.start_at > now, Appointment.status.not_in(NOT_HELD)
    )
    met = union_all(visits, booked).subquery()
    was, is_ahead = met.c.at <= now, met.c.at > now
    counted = (
        select(
            met.c.practitioner_id,
            func.count().filter(was).label("visits"),
            func.max(met.c.at).filter(was).label("last_at"),
            func.min(met.c.at).filter(is_ahead).label("next_at"),
        )
        .where(met.c.practitioner_id.is_not(None))
        .group_by(met.c.practitioner_id)
        .subquery()
    )
    rows = session.execute(
        select(Practitioner, counted.c.visits, counted.c.last_at, counted.c.next_at)
        .join(counted, counted.c.practitioner_id == Practitioner.id)
        .order_by(counted.c.next_at.asc().nulls_last(), counted.c.last_at.desc().nulls_last(), Practitioner.id)
        .limit(MOST)
        .execution_options(**PREPARED)
    )
    return [Member(practitioner.name, *facts) for practitioner, *facts in rows]
