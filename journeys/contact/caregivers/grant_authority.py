"""Allows somebody beside a patient to receive messages about them; other rules may hold a message all the same."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from journeys.contact.caregivers.finding import locked
from journeys.contact.caregivers.shapes import Allowance, allowance_problems
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.caregivers import Authority
from journeys.store.people import RelatedPerson


def grant_authority(session: Session, act: Act, person_uid: uuid.UUID, said: Allowance) -> Authority:
    """Return it, from now on. Missing for somebody out of scope, Invalid with every problem."""
    person = locked(session, person_uid)
    problems = list(allowance_problems(said, act.now))
    if has_ended(person, act):
        problems.append(Problem("", N_("This person was ended; change the last day first")))
    if problems:
        raise Invalid(problems)
    authority = Authority(
        patient_id=person.patient_id,
        related_person_id=person.id,
        purposes=list(said.purposes),
        content_level=said.content_level,
        from_at=act.now,
        until_at=said.until_at,
        source=said.source,
        recorded_by=act.by,
        recorded_at=act.now,
        evidence=said.evidence.strip(),
    )
    session.add(authority)
    session.flush()
    detail = {"person": person.id, "purposes": list(said.purposes), "content level": said.content_level}
    audit.note(session, "C", "authority", [authority.id], [person.patient_id], detail)
    ring_after_commit(session, "plan")
    return authority


def has_ended(person: RelatedPerson, act: Act) -> bool:
    """Whether the person's last day is over."""
    return person.until_on is not None and person.until_on < act.now.date()
