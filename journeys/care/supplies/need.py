"""What the coming visits will use up, branch by branch, and the first visit that would lack it.

An item is needed by whoever is booked on a day on which something that needs it is open, at the branch of the visit;
and by whoever it falls due for without being booked, at their own branch. What is overdue and not booked is no visit
yet: it is counted once it is.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, and_, cast, exists, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.orm import Session

from journeys.care.guidelines.content import BOOKED
from journeys.criteria.dates import Clock, zone_of
from journeys.foundation.acting import Act
from journeys.store.access import Appointment
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.due import DueItem
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import GUIDELINE
from journeys.store.supplies import SupplyItem, SupplyStock

AHEAD = dt.timedelta(days=28)


@dataclass(frozen=True)
class Need:
    """Of one item at one branch: what is needed within `AHEAD`, for how many patients, and when it lacks first.

    `lacking_at` is the start of the first booked visit for which there will be none, `lacking` how many such there are.
    """

    item_id: int
    location_id: int
    quantity: int
    patients: int
    lacking_at: dt.datetime | None
    lacking: int


def expected_need(session: Session, act: Act) -> list[Need]:
    """Of every item in use, at each of the act's branches where it is needed, by one statement."""
    needed = supplied()
    visits = booked_visits(act, needed)
    every = union_all(select(visits), falling_due(act, needed, visits)).subquery("every")
    short = lacking_visits(visits)
    here = and_(short.c.item_id == every.c.item_id, short.c.location_id == every.c.location_id)
    chosen = (
        select(
            every.c.item_id,
            every.c.location_id,
            cast(func.sum(every.c.quantity), BigInteger),
            func.count(every.c.patient_id.distinct()),
            short.c.lacking_at,
            func.coalesce(short.c.lacking, 0),
        )
        .outerjoin(short, here)
        .where(every.c.location_id.is_not(None))
        .group_by(every.c.item_id, every.c.location_id, short.c.lacking_at, short.c.lacking)
        .order_by(every.c.item_id, every.c.location_id)
    )
    if act.scope.locations is not None:
        chosen = chosen.where(every.c.location_id.in_(act.scope.locations))
    return [Need(*row) for row in session.execute(chosen)]


def supplied() -> Any:
    """What each guideline in force needs at a visit: `guideline_id`, `item_id`, `quantity`."""
    part = func.jsonb_array_elements(DefinitionVersion.content["supplies"]).table_valued("value").alias("part")
    value = cast(part.c.value, JSONB)
    quantity = func.coalesce(cast(value["quantity"].astext, BigInteger), 1)
    chosen = (
        select(Definition.id.label("guideline_id"), SupplyItem.id.label("item_id"), quantity.label("quantity"))
        .join(DefinitionVersion, DefinitionVersion.id == Definition.live_version_id)
        .join(part, literal(True))
        .join(SupplyItem, and_(SupplyItem.slug == value["item"].astext, SupplyItem.active))
        .where(Definition.kind == GUIDELINE, Definition.status == "active")
    )
    return chosen.cte("supplied")


def open_items(needed: Any) -> Any:
    """Joins what is due, and not refused or excluded, with what it needs."""
    is_about = needed.c.guideline_id == func.coalesce(DueItem.guideline_id, DueItem.about_id)
    return and_(is_about, DueItem.closed_at.is_(None), DueItem.status != "excluded")


def booked_visits(act: Act, needed: Any) -> Any:
    """The first booked visit on which each is open: `due_id, item_id, patient_id, location_id, quantity, start_at`."""
    day = Clock(act.now, zone_of(Appointment.patient_id)).local_day(Appointment.start_at)
    is_willing = or_(DueItem.refused_until.is_(None), DueItem.refused_until <= day)
    chosen = (
        select(
            DueItem.id.label("due_id"),
            needed.c.item_id,
            DueItem.patient_id,
            func.coalesce(Appointment.location_id, Patient.managing_location_id).label("location_id"),
            needed.c.quantity,
            Appointment.start_at,
        )
        .select_from(Appointment)
        .join(DueItem, DueItem.patient_id == Appointment.patient_id)
        .join(needed, open_items(needed))
        .join(Patient, Patient.id == DueItem.patient_id)
        .where(
            Appointment.status.in_(BOOKED),
            Appointment.start_at >= act.now,
            Appointment.start_at < act.now + AHEAD,
            DueItem.opens_on <= day,
            is_willing,
        )
        .order_by(DueItem.id, needed.c.item_id, Appointment.start_at, Appointment.id)
    )
    return chosen.ext(distinct_on(DueItem.id, needed.c.item_id)).cte("visits")


def falling_due(act: Act, needed: Any, visits: Any) -> Any:
    """Those who are not booked, where it falls due within `AHEAD`; the same columns."""
    today = act.now.date()
    is_booked = exists().where(visits.c.due_id == DueItem.id)
    return (
        select(
            DueItem.id,
            needed.c.item_id,
            DueItem.patient_id,
            Patient.managing_location_id,
            needed.c.quantity,
            cast(None, Appointment.start_at.type),
        )
        .join(needed, open_items(needed))
        .join(Patient, Patient.id == DueItem.patient_id)
        .where(
            DueItem.due_on.between(today, today + AHEAD),
            or_(DueItem.refused_until.is_(None), DueItem.refused_until <= DueItem.due_on),
            ~is_booked,
        )
    )


def lacking_visits(visits: Any) -> Any:
    """Where booked visits come to need more than there is: `item_id`, `location_id`, `lacking_at`, `lacking`."""
    so_far = func.sum(visits.c.quantity).over(
        partition_by=(visits.c.item_id, visits.c.location_id), order_by=(visits.c.start_at, visits.c.due_id)
    )
    counted = select(visits, so_far.label("so_far")).subquery("counted")
    here = and_(SupplyStock.item_id == counted.c.item_id, SupplyStock.location_id == counted.c.location_id)
    chosen = (
        select(
            counted.c.item_id,
            counted.c.location_id,
            func.min(counted.c.start_at).label("lacking_at"),
            func.count().label("lacking"),
        )
        .outerjoin(SupplyStock, here)
        .where(counted.c.so_far > func.coalesce(SupplyStock.quantity, 0))
        .group_by(counted.c.item_id, counted.c.location_id)
    )
    return chosen.subquery("short")
