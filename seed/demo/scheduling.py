"""Describes what can be booked at the demo clinic: types, laboratories, a schedule for each doctor at each branch."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from journeys.access.schedules.keep_schedule import Plan, keep_schedule
from journeys.access.schedules.keep_type import Kind, keep_type
from journeys.access.schedules.lay_out_slots import lay_out_slots
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store import Appointment, AppointmentType, BookableResource, Location, Practitioner, Schedule, Slot
from seed.demo import data
from seed.demo.found import Ground

FOLLOW_UP = "follow-up"


def schedule(session: Session, act: Act, ground: Ground) -> int:
    """Describe it all unless it is there, lay out the slots, and let the schedules keep what was booked in them; how
    many schedules that made."""
    audit.nothing_happened(session)
    plan = data.read("schedules")
    if session.scalar(select(Schedule.id).limit(1)) is not None:
        return 0
    for slug, kind in plan["types"].items():
        minutes = {name: kind[name] for name in ("minutes", "lead_minutes", "cancel_minutes")}
        keep_type(session, act, Kind(slug, kind["name"], **minutes, patients_may_book=kind["patients"]))
    plans = []
    for branch in data.clinic()["branches"]:
        place = session.get_one(Location, ground.branches[branch["slug"]])
        doctors = [session.get_one(Practitioner, each) for each in ground.doctors[branch["slug"]]]
        plans += [of_doctor(plan, place, branch, doctor) for doctor in doctors]
        plans += [of_resource(session, plan, place, branch, *each) for each in plan["resources"].items()]
    for each in plans:
        keep_schedule(session, act, each)
        lay_out_slots(session, act, each.slug)
    take_over(session, act)
    return len(plans)


def of_doctor(plan: dict[str, Any], place: Location, branch: dict[str, Any], doctor: Practitioner) -> Plan:
    """The hours of a doctor at a branch: those of the branch."""
    name = doctor.name or ""
    slug = f"{plain(name.split()[-1])}-{branch['slug']}"
    shared = shape(plan, place, branch)
    return Plan(slug, {"en": name}, types=tuple(plan["doctors"]), practitioner_id=doctor.id, **shared)


def of_resource(
    session: Session, plan: dict[str, Any], place: Location, branch: dict[str, Any], slug: str, named: dict[str, Any]
) -> Plan:
    """A room of a branch, and its hours."""
    own = f"{slug}-{branch['slug']}"
    room = BookableResource(slug=own, name=named["name"], location_id=place.id)
    session.add(room)
    session.flush()
    return Plan(own, named["name"], types=tuple(named["types"]), resource_id=room.id, **shape(plan, place, branch))


def shape(plan: dict[str, Any], place: Location, branch: dict[str, Any]) -> dict[str, Any]:
    """What all schedules of a branch share."""
    return {
        "location_id": place.id,
        "zone": branch["time_zone"],
        "hours": branch["hours"],
        "slot_minutes": plan["slot_minutes"],
        "days_ahead": plan["days_ahead"],
        "calendar_id": place.calendar_id,
    }


def take_over(session: Session, act: Act) -> None:
    """Let the schedules keep what is booked in their slots, as if it had been booked by them: so it can be moved."""
    kind = session.scalars(select(AppointmentType.id).where(AppointmentType.slug == FOLLOW_UP)).one()
    lying = update(Appointment).where(
        Slot.appointment_id == Appointment.id,
        Slot.start_at == Appointment.start_at,
        Schedule.id == Slot.schedule_id,
        Schedule.location_id == Appointment.location_id,
        Appointment.status == "booked",
        Appointment.start_at > act.now,
        Appointment.source_record_id.is_(None),
    )
    values = {"schedule_id": Schedule.id, "type_id": kind, "status_at": Appointment.booked_at}
    session.execute(lying.values(values).execution_options(synchronize_session=False))


def plain(name: str) -> str:
    """A family name as part of a short name."""
    return "".join(letter for letter in name.lower() if letter.isascii() and letter.isalpha())
