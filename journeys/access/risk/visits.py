"""Visits as attendance risk looks at them: the same columns whether they stand in the store or came from elsewhere."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnClause,
    Date,
    DateTime,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    column,
    extract,
    func,
    literal,
    null,
    or_,
    select,
    table,
)

from journeys.foundation.zones import wall_time
from journeys.store.access import Appointment
from journeys.store.organisation import Location, ServiceLine
from journeys.store.people import Patient

KEPT, MISSED = "kept", "missed"

CAME = ("fulfilled", "arrived", "checked-in")
"""Statuses that say that the patient was there; one who then left unseen was there too."""

STOOD = (*CAME, "noshow", "booked", "pending", "cancelled")
"""Statuses of what was, or had been, a visit with a time; a wish on the waitlist is none."""

INSTANT = DateTime(timezone=True)

COLUMNS: tuple[ColumnClause[Any], ...] = (
    column("id", BigInteger),
    column("patient_id", BigInteger),
    column("location_id", BigInteger),
    column("day", Date),  # the local day of the visit
    column("minute", Integer),  # the local minute of that day at which it begins; NULL where it is not known
    column("start_at", INSTANT),
    column("booked_at", INSTANT),
    column("booked_day", Date),
    column("booked_minute", Integer),
    column("ended_at", INSTANT),  # when it was cancelled
    column("outcome", Text),  # kept or missed; NULL for what is to come, what was cancelled, what nobody said
    column("age", Integer),
    column("service", Text),
    column("circumstance", Text),  # a reviewed socio-economic fact, by its code
)


def visits_in(name: str) -> Any:
    """The visits in a table of that name which has the columns."""
    return table(name, *[column(each.name, each.type) for each in COLUMNS])


def visits_of_store(patients: Any = None, has_payer: bool = False) -> Select[Any]:
    """SELECT the visits of the store; of these patients only, where a SELECT of ids is given.

    Test patients are left out. The payer class is read where somebody reviewed that it may be (S-01). Where it is not
    known when a visit was booked, nothing is: it is a visit of the history alone.
    """
    visit, person, place = Appointment.__table__, Patient.__table__, Location.__table__
    zone = func.coalesce(place.c.time_zone, person.c.time_zone, literal("UTC"))
    starts, booked = wall_time(zone, visit.c.start_at), wall_time(zone, visit.c.booked_at)
    day = cast(starts, Date)
    outcome = case((visit.c.status.in_(CAME), KEPT), (visit.c.status == "noshow", MISSED), else_=null())
    joined = (
        visit.join(person, person.c.id == visit.c.patient_id)
        .outerjoin(place, place.c.id == visit.c.location_id)
        .outerjoin(ServiceLine.__table__, ServiceLine.id == visit.c.service_line_id)
    )
    values = (
        visit.c.id,
        visit.c.patient_id,
        visit.c.location_id,
        day,
        minute_of(starts),
        visit.c.start_at,
        visit.c.booked_at,
        cast(booked, Date),
        minute_of(booked),
        case((visit.c.status == "cancelled", func.coalesce(visit.c.cancelled_at, visit.c.recorded_at))),
        outcome,
        cast(extract("year", func.age(day, person.c.birth_date)), Integer),
        func.coalesce(ServiceLine.slug, visit.c.code),
        person.c.payer_class if has_payer else cast(null(), Text),
    )
    wanted = and_(visit.c.start_at.is_not(None), visit.c.status.in_(STOOD), person.c.is_test.is_(False))
    told = select(*[value.label(each.name) for value, each in zip(values, COLUMNS, strict=True)])
    chosen = told.select_from(joined).where(wanted)
    return chosen if patients is None else chosen.where(visit.c.patient_id.in_(patients))


def minute_of(wall: Any) -> Any:
    """The minute of the day of a wall time."""
    return cast(extract("hour", wall) * 60 + extract("minute", wall), Integer)


def stands_at(visit: Any, moment: Any) -> Any:
    """Whether a visit was booked by a moment, and not cancelled by then."""
    return and_(visit.c.booked_at <= moment, or_(visit.c.ended_at.is_(None), visit.c.ended_at > moment))
