"""Takes back what somebody may receive about a patient; what it allowed before stays known."""

from __future__ import annotations

import uuid

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from journeys.contact.caregivers.finding import locked, patient_of
from journeys.contact.deciding.replan import replan
from journeys.contact.sending.hold_what_leaves import hold_what_leaves
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Missing
from journeys.store.caregivers import Authority
from journeys.store.people import RelatedPerson


def withdraw_authority(session: Session, act: Act, uid: uuid.UUID) -> Authority:
    """Return it, ended; one that has ended stays as it is. Missing where there is none in scope."""
    person_uid = session.scalar(
        select(RelatedPerson.uid)
        .join(Authority, Authority.related_person_id == RelatedPerson.id)
        .where(Authority.uid == uid)
    )
    if person_uid is None:
        raise Missing("There is no such allowance")
    hold_what_leaves(session, [patient_of(session, person_uid)])
    person = locked(session, person_uid)
    authority = session.scalars(select(Authority).where(Authority.uid == uid)).one()
    if not end_authorities(session, act, person, authority.id):
        audit.nothing_happened(session)
        return authority
    replan(session, act, [person.patient_id])
    ring_after_commit(session, "plan")
    return authority


def end_authorities(session: Session, act: Act, person: RelatedPerson, only: int | None = None) -> list[Authority]:
    """End what the person may receive now, all of it or only one; the rows that changed. The lane is locked."""
    still = or_(Authority.until_at.is_(None), Authority.until_at > act.now)
    mine = select(Authority).where(Authority.related_person_id == person.id, still).order_by(Authority.id)
    ended = list(session.scalars(mine if only is None else mine.where(Authority.id == only)))
    for each in ended:
        each.until_at = max(act.now, each.from_at)
        each.withdrawn = True
    session.flush()
    if ended:
        detail = {"person": person.id, "withdrawn": True}
        audit.note(session, "U", "authority", [each.id for each in ended], [person.patient_id], detail)
    return ended
