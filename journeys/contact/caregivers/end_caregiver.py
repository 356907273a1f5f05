"""Ends that somebody decides or receives anything for a patient; from the commit on nothing about them is sent."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from journeys.contact.caregivers.finding import locked, patient_of
from journeys.contact.caregivers.reaching import write_addresses
from journeys.contact.caregivers.withdraw_authority import end_authorities
from journeys.contact.deciding.replan import replan
from journeys.contact.sending.hold_what_leaves import hold_what_leaves
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.store.people import RelatedPerson

A_DAY = dt.timedelta(days=1)


def end_caregiver(session: Session, act: Act, uid: uuid.UUID) -> RelatedPerson:
    """Return the person, kept with all that was; their last day was yesterday. Missing out of scope."""
    hold_what_leaves(session, [patient_of(session, uid)])
    person = locked(session, uid)
    end_authorities(session, act, person)
    write_addresses(session, act, person, {}, "")
    yesterday = act.now.date() - A_DAY
    if person.source_record_id is None and (person.from_on is None or person.from_on <= yesterday):
        person.until_on = min(yesterday, person.until_on or yesterday)
    else:
        # a source would write its own days again, and no last day lies before the first
        person.authority = "none"
    session.flush()
    audit.note(session, "U", "related_person", [person.id], [person.patient_id], {"ended": True})
    replan(session, act, [person.patient_id])
    ring_after_commit(session, "plan")
    return person
