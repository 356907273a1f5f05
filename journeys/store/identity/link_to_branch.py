"""A patient of another branch comes to this one: from now on it sees their record, whole, without writing it again."""

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
from journeys.store.identity.identify_patient import Identified, Sought, identified
from journeys.store.organisation import Location
from journeys.store.people import PatientLocation

REASONS: dict[str, str] = {
    "here": N_("The patient is here"),
    "appointment": N_("The patient has or wants an appointment here"),
    "call": N_("The patient is on the phone"),
    "referral": N_("The patient was referred to us"),
}


def link_to_branch(session: Session, act: Act, sought: Sought, location_id: int, reason: str) -> Identified | None:
    """Let a branch of the act's scope see the patient whom all of it fits; None where it fits nobody, which is audited
    like any other attempt. The three facts are asked again: an address or an id alone opens nothing. Missing where the
    branch is not the act's."""
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
    # whoever sees the patient by another branch links this one all the same
    row = insert(PatientLocation).values(patient_id=found.id, location_id=location_id, since=act.now)
    if session.execute(row.on_conflict_do_nothing().returning(PatientLocation.patient_id)).first() is not None:
        emit(session, act, "patient.changed", [{"patient_id": found.id, "subject_kind": "patient"}])
    make_own(session, found.id, location_id)
    detail = {"linked": location_id, "reason": reason, "was_seen": found.is_seen}
    audit.note(session, "U", "patient", [found.id], [found.id], detail)
    return found
