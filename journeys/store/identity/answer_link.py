"""A second person answers whether a branch may see a patient of another one."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Forbidden, Missing, Stale
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.identity.identify_patient import seeing_everybody
from journeys.store.identity.link_to_branch import let_see, told
from journeys.store.organisation import Location
from journeys.store.patient_links import ASKED, LINKED, REFUSED, BranchLink
from journeys.store.people import Patient, PatientLocation
from journeys.store.putting_in_force.two_people import GOOD_FOR, needs_two

AT_ONCE = 50


@dataclass(frozen=True)
class Question:
    """A branch that waits: who it is about, and who asked. Nothing clinical."""

    uid: uuid.UUID
    name: str = field(repr=False)
    birth_date: dt.date | None = field(repr=False)
    branch: str
    reason: str
    asked_by: str
    asked_at: dt.datetime


def answer_link(session: Session, act: Act, link_uid: uuid.UUID, agrees: bool) -> BranchLink:
    """Let the branch see the patient, or not. Somebody of that branch answers, or of one that sees the patient already;
    Missing for anybody else, Forbidden to whoever asked, Stale when it was answered or asked too long ago.

    A record that was merged since is seen with the one that is kept.
    """
    with seeing_everybody(session, act):
        link = session.scalar(select(BranchLink).where(BranchLink.uid == link_uid, is_of(act)))
        if link is None:
            raise Missing("There is no such question")
        chain = merged_into(session, link.patient_id)
        lock_lanes(session, [lane_of(each) for each in chain])
        session.refresh(link, with_for_update=True)
        if link.status != ASKED or act.now >= link.asked_at + GOOD_FOR:
            raise Stale("Somebody answered this first, or it was asked too long ago")
        if chain != merged_into(session, link.patient_id):
            raise Stale("The record was merged at this very moment")
        if agrees and act.by == link.asked_by and needs_two(session):
            raise Forbidden("Whoever asked to see a patient does not approve it")
        link.status, link.answered_at, link.answered_by = LINKED if agrees else REFUSED, act.now, act.by
        session.flush()
        both = sorted({link.patient_id, chain[-1]})
        for each in both if agrees else ():
            let_see(session, act, each, link.location_id)
        what = "linked" if agrees else "refused"
        detail = {**told(what, link.location_id, link.reason, False), "asked_by": link.asked_by}
        audit.note(session, "U", "patient", both, both, detail)
        session.expunge(link)
    return link


def merged_into(session: Session, patient_id: int) -> list[int]:
    """This record, those that it was merged into one after another, and last the one that is kept."""
    chain = [patient_id]
    while True:
        further = session.scalar(select(Patient.merged_into_id).where(Patient.id == chain[-1]))
        # some sources merge in a circle
        if further is None or further in chain:
            return chain
        chain.append(further)


def waiting_links(session: Session, act: Act) -> list[Question]:
    """What waits for an answer of somebody like this, the oldest first."""
    asked = (
        select(BranchLink, Patient, Location.name)
        .join(Patient, Patient.id == BranchLink.patient_id)
        .join(Location, Location.id == BranchLink.location_id)
        .where(BranchLink.status == ASKED, BranchLink.asked_at > act.now - GOOD_FOR, is_of(act))
        .order_by(BranchLink.id)
        .limit(AT_ONCE)
    )
    with seeing_everybody(session, act):
        rows = session.execute(asked).all()
        found = [
            Question(link.uid, person.name or "", person.birth_date, branch, link.reason, link.asked_by, link.asked_at)
            for link, person, branch in rows
        ]
        ids = sorted({person.id for _, person, _ in rows})
        for link, person, _ in rows:
            session.expunge(link)
            if person in session:
                session.expunge(person)
    audit.note(session, "R", "branch_link", [], ids)
    return found


def is_of(act: Act) -> ColumnElement[bool]:
    """SQL: whether the branch that asks, or one that the patient is of, is the act's."""
    mine = act.scope.locations
    if mine is None:
        return BranchLink.id.is_not(None)
    sees = select(PatientLocation.patient_id).where(PatientLocation.location_id.in_(sorted(mine)))
    return or_(BranchLink.location_id.in_(sorted(mine)), BranchLink.patient_id.in_(sees))
