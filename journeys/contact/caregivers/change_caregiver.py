"""Changes what is known of somebody beside a patient."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from journeys.contact.caregivers.finding import locked, patient_of
from journeys.contact.caregivers.reaching import write_addresses
from journeys.contact.caregivers.shapes import Caregiver, caregiver_problems
from journeys.contact.deciding.replan import replan
from journeys.contact.sending.hold_what_leaves import hold_what_leaves
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Invalid
from journeys.store.people import RelatedPerson


def change_caregiver(session: Session, act: Act, uid: uuid.UUID, said: Caregiver, region: str = "US") -> RelatedPerson:
    """Return the person; Missing out of scope, Invalid with every problem.

    Of somebody whom a source sends, name, relationship and days stay the source's, which would write them again.
    """
    hold_what_leaves(session, [patient_of(session, uid)])
    person = locked(session, uid)
    is_ours = person.source_record_id is None
    problems = [each for each in caregiver_problems(said, region) if is_ours or each.where != "name"]
    if problems:
        raise Invalid(problems)
    if is_ours:
        person.name = said.name.strip()
        person.relationship, person.from_on, person.until_on = said.relationship, said.from_on, said.until_on
    person.authority, person.language, person.time_zone = said.authority, said.language, said.time_zone
    write_addresses(session, act, person, said.addresses(), region)
    audit.note(session, "U", "related_person", [person.id], [person.patient_id], {"authority": person.authority})
    replan(session, act, [person.patient_id])
    ring_after_commit(session, "plan")
    return person
