"""Writes a small clinic and the people of a life into an empty database, as they are before the first day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from journeys.flow.packs.lives.life import Agreement, Branch, Life, Person
from journeys.flow.packs.lives.ordered import keep_test
from journeys.flow.packs.lives.records import Fact, row_of
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.calendars import BusinessCalendar, write_out
from journeys.foundation.tokens import email_token, phone_token
from journeys.foundation.zones import ensure_zones
from journeys.store import (
    CarePlan,
    CarePlanActivity,
    Consent,
    Location,
    Organization,
    Patient,
    PatientLocation,
    PatientTelecom,
    PatientToken,
    TaskQueue,
)

LONG_AGO = dt.timedelta(days=400)
CLINIC = "Northfield Health"
OF_LIVES = uuid.UUID("8b0c1d52-3f0a-4d63-9d3e-6a6f1c3f7b11")
"""The namespace of people's uids: who is called the same draws the same in experiments, whenever a life is played."""


def settle(session: Session, act: Act, life: Life, queues: Collection[str]) -> dict[str, int]:
    """Write everything, with queues of these slugs; the patients' ids by the names that the life calls them."""
    organization = Organization(name=CLINIC, kind="prov")
    session.add(organization)
    session.flush()
    for queue in sorted(queues):
        session.add(TaskQueue(slug=queue, name={"en": queue}))
    branches = {branch.slug: build(session, act, branch, organization.id) for branch in life.branches}
    zones = {person.time_zone for person in life.people if person.time_zone is not None}
    ensure_zones(session, zones)
    people = {person.person: bear(session, act, person, branches[person.branch]) for person in life.people}
    audit.note(session, "C", "patient", ids=list(people.values()), patients=list(people.values()))
    return people


def build(session: Session, act: Act, branch: Branch, organization: int) -> int:
    """One branch with its calendar."""
    calendar = BusinessCalendar(
        slug=branch.slug, name={"en": branch.slug}, zone=branch.time_zone, hours=branch.hours, closed_days=[]
    )
    session.add(calendar)
    session.flush()
    write_out(session, calendar, (act.now - LONG_AGO).date())
    location = Location(
        slug=branch.slug,
        name=f"{CLINIC} {branch.slug}",
        organization_id=organization,
        time_zone=branch.time_zone,
        country="US",
        phone=branch.phone,
        calendar_id=calendar.id,
    )
    session.add(location)
    session.flush()
    return location.id


def bear(session: Session, act: Act, person: Person, location: int) -> int:
    """One person with everything known of them."""
    patient = Patient(
        uid=uuid.uuid5(OF_LIVES, person.person),
        name=person.name,
        given_name=person.name.partition(" ")[0],
        birth_date=None if person.birth_date is None else dt.date.fromisoformat(person.birth_date),
        gender=person.gender,
        language=person.language,
        time_zone=person.time_zone,
        preferred_channel=person.preferred_channel,
        payer_class=person.payer_class,
        managing_location_id=location,
        recorded_at=act.now - LONG_AGO,
    )
    session.add(patient)
    session.flush()
    session.add(PatientLocation(patient_id=patient.id, location_id=location))
    if person.phone is not None:
        reach(session, patient.id, "phone", person.phone, phone_token(person.phone, "US"))
    if person.email is not None:
        reach(session, patient.id, "email", person.email, email_token(person.email))
    for agreement in (Agreement(),) if person.consents is None else person.consents:
        session.add(consent_of(act, patient.id, agreement))
    remember(session, act, person, patient.id)
    session.flush()
    return patient.id


def reach(session: Session, patient: int, system: str, value: str, token: tuple[str, bytes] | None) -> None:
    """One number or address, and the token under which an answer from it finds the person."""
    session.add(PatientTelecom(patient_id=patient, system=system, value=value))
    if token is not None:
        session.add(PatientToken(kind=token[0], token=token[1], patient_id=patient))


def consent_of(act: Act, patient: int, agreement: Agreement) -> Consent:
    """A statement that has been in force for long."""
    return Consent(
        patient_id=patient,
        decision=agreement.decision,
        purpose=agreement.purpose,
        channel=agreement.channel,
        from_at=act.now - LONG_AGO,
        source="form",
        recorded_by=act.by,
    )


def remember(session: Session, act: Act, person: Person, patient: int) -> None:
    """The clinical facts."""
    facts: tuple[Fact, ...] = (
        *person.conditions,
        *person.observations,
        *person.appointments,
        *person.encounters,
        *person.procedures,
        *person.immunizations,
        *person.referrals,
    )
    session.add_all([row_of(patient, fact, act.now) for fact in facts])
    plan_activities(session, act, person, patient)
    for test in person.tests:
        keep_test(session, act, patient, test)


def plan_activities(session: Session, act: Act, person: Person, patient: int) -> None:
    """One care plan with the activities."""
    if not person.activities:
        return
    plan = CarePlan(patient_id=patient, status="active", intent="plan", start_at=act.now - LONG_AGO)
    session.add(plan)
    session.flush()
    for position, activity in enumerate(person.activities, start=1):
        session.add(
            CarePlanActivity(
                patient_id=patient,
                care_plan_id=plan.id,
                position=position,
                status=activity.status,
                code_system=activity.system,
                code=activity.code,
                interval_days=activity.interval_days,
                due_on=dt.date.fromisoformat(activity.due_on),
            )
        )
