"""Writes down somebody beside a patient, and how they are reached."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.caregivers.reaching import write_addresses
from journeys.contact.caregivers.shapes import Caregiver, caregiver_problems
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Invalid, Missing
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.people import Patient, RelatedPerson


def record_caregiver(session: Session, act: Act, patient_id: int, said: Caregiver, region: str = "US") -> RelatedPerson:
    """Return the person; Missing for a patient out of scope, Invalid with every problem. They receive nothing yet."""
    lock_lanes(session, [lane_of(patient_id)])
    if session.scalar(select(Patient.id).where(Patient.id == patient_id)) is None:
        raise Missing(f"There is no patient {patient_id}")
    problems = list(caregiver_problems(said, region))
    if problems:
        raise Invalid(problems)
    person = RelatedPerson(
        patient_id=patient_id,
        relationship=said.relationship,
        authority=said.authority,
        from_on=said.from_on,
        until_on=said.until_on,
        language=said.language,
        time_zone=said.time_zone,
        name=said.name.strip(),
        recorded_at=act.now,
    )
    session.add(person)
    session.flush()
    write_addresses(session, act, person, said.addresses(), region)
    audit.note(session, "C", "related_person", [person.id], [patient_id], {"authority": person.authority})
    ring_after_commit(session, "plan")
    return person
