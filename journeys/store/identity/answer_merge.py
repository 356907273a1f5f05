"""A second person looks at two records that somebody asked to join: yes joins them, no leaves both as they are."""

from __future__ import annotations

import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Forbidden, Missing, Stale
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.events import emit
from journeys.store.identity.aliases import add_aliases
from journeys.store.identity.ask_merge import is_in_chain
from journeys.store.identity.identify_patient import seeing_everybody
from journeys.store.identity.moving import bring_over
from journeys.store.identity.survivorship import take_over
from journeys.store.matches import UNSURE, MatchCandidate
from journeys.store.merges import ASKED, IN_FORCE, REFUSED, PatientMerge
from journeys.store.people import Patient
from journeys.store.putting_in_force.two_people import needs_two

CHANGED, DECEASED = "patient.changed", "patient.deceased"


def answer_merge(session: Session, act: Act, merge_uid: uuid.UUID, agrees: bool) -> PatientMerge:
    """Join the records, or refuse to. Forbidden to whoever asked, unless one person suffices here; Stale when it was
    answered, or when either record is not what was asked for any more."""
    merge, kept, merged = locked(session, merge_uid)
    if merge.status != ASKED:
        raise Stale("Somebody answered this first")
    if not agrees:
        return refused(session, act, merge)
    if act.by == merge.asked_by and needs_two(session):
        raise Forbidden("Whoever asked to join two records does not approve it")
    if (kept.row_version, merged.row_version) != (merge.kept_version, merge.merged_version):
        raise Stale("One of the records was changed since somebody asked")
    with seeing_everybody(session, act):
        if is_in_chain(session, kept.id, merged.id):
            raise Stale("One of the records was merged since somebody asked")
    join(session, act, merge, kept, merged)
    return merge


def join(session: Session, act: Act, merge: PatientMerge, kept: Patient, merged: Patient) -> None:
    """What both approved happens: values, ways to be found, rows."""
    is_news = merged.deceased and not kept.deceased
    merge.status, merge.answered_at, merge.answered_by = IN_FORCE, act.now, act.by
    merge.changes = take_over(kept, merged, merge.choices)
    merged.merged_into_id = kept.id
    session.flush()
    add_aliases(session, [merge])
    moved = bring_over(session, PatientMerge.id == merge.id)
    tell(session, act, merge, "approved", moved)
    if is_news:
        emit(session, act, DECEASED, [{"patient_id": kept.id, "subject_kind": "patient", "subject_id": kept.id}])


def locked(session: Session, merge_uid: uuid.UUID) -> tuple[PatientMerge, Patient, Patient]:
    """A merge with both its records, the kept one first, held until the transaction ends. Missing outside the scope."""
    merge = session.scalar(select(PatientMerge).where(PatientMerge.uid == merge_uid))
    if merge is None:
        raise Missing("There is no such merge")
    lock_lanes(session, [lane_of(merge.patient_id), lane_of(merge.kept_id)])
    session.refresh(merge, with_for_update=True)
    wanted = select(Patient).where(Patient.id.in_((merge.patient_id, merge.kept_id))).order_by(Patient.id)
    fresh = wanted.with_for_update().execution_options(populate_existing=True)
    found = {each.id: each for each in session.scalars(fresh)}
    if len(found) != 2:
        raise Missing("There is no such merge")
    return merge, found[merge.kept_id], found[merge.patient_id]


def refused(session: Session, act: Act, merge: PatientMerge) -> PatientMerge:
    """Leave both as they are; the pair lies on the desk again."""
    merge.status, merge.answered_at, merge.answered_by = REFUSED, act.now, act.by
    back_to_desk(session, act, merge)
    session.flush()
    audit.note(session, "U", "patient_merge", [merge.id], [merge.kept_id, merge.patient_id], {"what": "refused"})
    return merge


def back_to_desk(session: Session, act: Act, merge: PatientMerge) -> None:
    """Put the pair before people again, as one that nobody could decide."""
    pair = (min(merge.patient_id, merge.kept_id), max(merge.patient_id, merge.kept_id))
    session.execute(
        update(MatchCandidate)
        .where(MatchCandidate.patient_id == pair[0], MatchCandidate.other_id == pair[1])
        .values(status=UNSURE, decided_at=act.now, decided_by=act.by, row_version=MatchCandidate.row_version + 1)
        .execution_options(synchronize_session="fetch")
    )


def tell(session: Session, act: Act, merge: PatientMerge, what: str, moved: int) -> None:
    """Audit what became of both records, and let everything look at them anew."""
    session.flush()
    both = [merge.kept_id, merge.patient_id]
    audit.note(session, "U", "patient_merge", [merge.id], both, {"what": what, "rows": moved})
    rows = [{"patient_id": each, "subject_kind": "patient", "subject_id": each} for each in both]
    emit(session, act, CHANGED, rows)
