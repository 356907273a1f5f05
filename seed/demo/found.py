"""Founds the clinic: organizations, branches with calendars and queues, departments, programmes, staff."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.calendars import BEFORE, BusinessCalendar, write_out
from journeys.store import (
    Department,
    Location,
    Organization,
    Practitioner,
    PractitionerRole,
    Programme,
    ServiceLine,
    Source,
    TaskQueue,
)
from journeys.store.scope import EVERY_BRANCH
from seed.demo import data
from seed.demo.calendar import closed_days

SOURCE = "demo"


@dataclass
class Ground:
    """The ids on which patients' records stand, by slug; doctors by branch; specialists by service line."""

    source: int = 0
    branches: dict[str, int] = field(default_factory=dict)
    departments: dict[str, int] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    programmes: dict[str, int] = field(default_factory=dict)
    doctors: dict[str, list[int]] = field(default_factory=dict)
    specialists: dict[str, int] = field(default_factory=dict)


def found(session: Session, act: Act) -> Ground:
    """Found the clinic unless it is there, and return where things stand."""
    known = session.scalar(select(Source.id).where(Source.slug == SOURCE))
    if known is None:
        build(session, act)
        audit.note(session, "C", "clinic")
    else:
        audit.nothing_happened(session)
    return survey(session)


def build(session: Session, act: Act) -> None:
    """Write everything that is not a patient's."""
    plan = data.clinic()
    session.add(Source(slug=SOURCE, name={"en": "Demo clinic", "es": "Clínica de demostración"}))
    organization = Organization(name=plan["organization"], kind="prov")
    session.add(organization)
    session.add_all(Organization(name=each["name"], kind=each["kind"]) for each in plan["specialists"])
    lines = {slug: ServiceLine(slug=slug, name=name) for slug, name in plan["service_lines"].items()}
    session.add_all(lines.values())
    session.flush()
    for slug, programme in plan["programmes"].items():
        line = lines[programme["service_line"]]
        session.add(Programme(slug=slug, name=programme["name"], service_line_id=line.id))
    for queue, details in plan["queues"].items():
        session.add(TaskQueue(slug=queue, name=details["name"], role_code=details["role"]))
    for branch in plan["branches"]:
        build_branch(session, act, branch, organization, lines)
    build_staff(session, organization)


def build_branch(
    session: Session, act: Act, branch: dict, organization: Organization, lines: dict[str, ServiceLine]
) -> None:
    """Write one branch with its calendar and departments."""
    plan = data.clinic()
    calendar = BusinessCalendar(
        slug=branch["slug"],
        name={"en": f"{branch['name']}: opening hours", "es": f"{branch['name']}: horario"},
        zone=branch["time_zone"],
        hours=branch["hours"],
        closed_days=closed_days(act.now.date()),
    )
    session.add(calendar)
    session.flush()
    write_out(session, calendar, (act.now - BEFORE).date())
    location = Location(
        slug=branch["slug"],
        name=branch["name"],
        organization_id=organization.id,
        time_zone=branch["time_zone"],
        country="US",
        phone=branch["phone"],
        calendar_id=calendar.id,
    )
    session.add(location)
    session.flush()
    for slug, department in plan["departments"].items():
        line = lines[department["service_line"]]
        named = f"{slug}-{branch['slug']}"
        session.add(Department(slug=named, name=department["name"], location_id=location.id, service_line_id=line.id))


def build_staff(session: Session, organization: Organization) -> None:
    """Write everybody who works there with what they do where."""
    branches = branch_ids(session)
    for each in data.staff():
        practitioner = Practitioner(name=each["name"], username=each.get("username"))
        session.add(practitioner)
        session.flush()
        if each["branches"] == data.EVERY:
            places = [(None, EVERY_BRANCH)]
        else:
            places = [(branches[slug], role) for slug in each["branches"] for role in each["roles"]]
        for location, code in places:
            session.add(
                PractitionerRole(
                    practitioner_id=practitioner.id,
                    organization_id=organization.id,
                    location_id=location,
                    code=code,
                    display=code.replace("-", " ").capitalize(),
                )
            )
    session.flush()


def branch_ids(session: Session) -> dict[str, int]:
    """The branches' ids by slug."""
    slugs = [branch["slug"] for branch in data.clinic()["branches"]]
    return dict(session.execute(select(Location.slug, Location.id).where(Location.slug.in_(slugs))).all())


def survey(session: Session) -> Ground:
    """Read back where things stand."""
    ground = Ground(source=session.scalars(select(Source.id).where(Source.slug == SOURCE)).one())
    ground.branches = branch_ids(session)
    ground.departments = dict(session.execute(select(Department.slug, Department.id)).all())
    ground.lines = dict(session.execute(select(ServiceLine.slug, ServiceLine.id)).all())
    ground.programmes = dict(session.execute(select(Programme.slug, Programme.id)).all())
    doctors = select(PractitionerRole.location_id, PractitionerRole.practitioner_id)
    doctors = doctors.where(PractitionerRole.code == "doctor").order_by(PractitionerRole.id)
    slug_of = {location: slug for slug, location in ground.branches.items()}
    for location, practitioner in session.execute(doctors):
        ground.doctors.setdefault(slug_of[location], []).append(practitioner)
    organizations = dict(session.execute(select(Organization.name, Organization.id)).all())
    ground.specialists = {each["service_line"]: organizations[each["name"]] for each in data.clinic()["specialists"]}
    return ground
