"""A patient of another branch comes to this one: it sees their record, whole, without writing it again, once a second
person agrees."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Missing, Problem
from journeys.foundation.words import N_
from journeys.store.events import emit
from journeys.store.identity.aliases import make_own
from journeys.store.identity.identify_patient import Identified, Sought, identified, seeing_everybody
from journeys.store.organisation import Location
from journeys.store.patient_links import ASKED, BranchLink
from journeys.store.people import PatientLocation
from journeys.store.putting_in_force.two_people import GOOD_FOR

REASONS: dict[str, str] = {
    "here": N_("The patient is here"),
    "appointment": N_("The patient has or wants an appointment here"),
    "call": N_("The patient is on the phone"),
    "referral": N_("The patient was referred to us"),
}


def link_to_branch(session: Session, act: Act, sought: Sought, location_id: int, reason: str) -> Identified | None:
    """Let a branch of the act's scope see the patient whom all of it fits; None where it fits nobody, which is audited
    like any other attempt. The three facts are asked again: an address or an id alone opens nothing. Missing where the
    branch is not the act's.

    Where the found one `waits`, a second person answers (`answer_link`); not where whoever asks sees the patient
    anyway, or one person suffices here.
    """
    if reason not in REASONS:
        raise Invalid([Problem("reason", N_("is required"))])
    mine = act.scope.locations
    is_there = session.scalar(select(Location.id).where(Location.id == location_id)) is not None
    if not is_there or (mine is not None and location_id not in mine):
        raise Missing("There is no such branch here")
    found = identified(session, act, sought)
    if found is None:
        audit.note(session, "E", "patient", detail={"identified": 0, "reason": reason}, outcome="4")
        return None
    with seeing_everybody(session, act):
        if found.waits:
            ask(session, act, found.id, location_id, reason)
        else:
            let_see(session, act, found.id, location_id)
    what = "asked" if found.waits else "linked"
    audit.note(session, "U", "patient", [found.id], [found.id], told(what, location_id, reason, found.is_seen))
    return found


def told(what: str, location_id: int, reason: str, was_seen: bool) -> dict[str, object]:
    """What the audit keeps."""
    return {what: location_id, "reason": reason, "was_seen": was_seen}


def ask(session: Session, act: Act, patient_id: int, location_id: int, reason: str) -> None:
    """Put the question before a second person, once.

    One that waits stays whose it is: whoever asks next may approve it. One that nobody answered in time is asked anew.
    """
    values = {"reason": reason, "asked_at": act.now, "asked_by": act.by}
    row = insert(BranchLink).values(patient_id=patient_id, location_id=location_id, **values)
    row = row.on_conflict_do_update(
        index_elements=["patient_id", "location_id"],
        index_where=BranchLink.status == ASKED,
        set_=values,
        where=BranchLink.asked_at <= act.now - GOOD_FOR,
    )
    session.execute(row)


def let_see(session: Session, act: Act, patient_id: int, location_id: int) -> None:
    """Let the branch see the patient. Whoever sees them by another branch links this one all the same."""
    row = insert(PatientLocation).values(patient_id=patient_id, location_id=location_id, since=act.now)
    if session.execute(row.on_conflict_do_nothing().returning(PatientLocation.patient_id)).first() is not None:
        emit(session, act, "patient.changed", [{"patient_id": patient_id, "subject_kind": "patient"}])
    make_own(session, patient_id, location_id)
