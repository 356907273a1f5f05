"""Says how two records of one person belong together, in FHIR's words; what replaces another one asks two people."""

from __future__ import annotations

import uuid

from sqlalchemy import literal, select, union_all, update
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.identity.ask_merge import ask_merge, the_two
from journeys.store.merges import PatientMerge
from journeys.store.patient_links import LINK_TYPES, REPLACED_BY, REPLACES, SEE_ALSO, PatientLink
from journeys.store.people import Patient


def link_records(
    session: Session, act: Act, patient_uid: uuid.UUID, kind: str, other_uid: uuid.UUID, reason: str = ""
) -> PatientLink | PatientMerge:
    """Say that a record is `replaced-by`, `replaces`, `refer`s to or `seealso`s another one. Missing outside the scope.

    The first two ask for a merge, which a second person answers (`answer_merge`): a message from outside joins nothing
    by itself. Said again, nothing changes; said otherwise, the newer holds.
    """
    if kind not in LINK_TYPES:
        raise Invalid([Problem("type", N_("is not a type of link"))])
    if kind in (REPLACED_BY, REPLACES):
        kept, merged = (other_uid, patient_uid) if kind == REPLACED_BY else (patient_uid, other_uid)
        return ask_merge(session, act, kept, merged, reason)
    if patient_uid == other_uid:
        raise Invalid([Problem("other", N_("This is one record, not two."))])
    patient, other = the_two(session, patient_uid, other_uid)
    pair = (PatientLink.patient_id == patient.id, PatientLink.other_id == other.id, PatientLink.ended_at.is_(None))
    before = session.scalar(select(PatientLink).where(*pair).with_for_update())
    if before is not None and before.kind == kind:
        audit.nothing_happened(session)
        return before
    session.execute(update(PatientLink).where(*pair).values(ended_at=act.now, ended_by=act.by))
    link = PatientLink(patient_id=patient.id, other_id=other.id, kind=kind, told_at=act.now, told_by=act.by)
    session.add(link)
    session.flush()
    audit.note(session, "C", "patient_link", [link.id], [patient.id, other.id], {"type": kind})
    return link


def links_of(session: Session, act: Act, patient_uid: uuid.UUID) -> list[tuple[str, uuid.UUID]]:
    """(type, uid of the other record) of everything that a record is linked to and the act may see, as FHIR writes it.

    `seealso` is said by both records, `refer` by the one that refers.
    """
    mine = select(Patient.id).where(Patient.uid == patient_uid).scalar_subquery()
    in_force = PatientLink.ended_at.is_(None)
    gone = select(Patient.merged_into_id).where(Patient.id == mine, Patient.merged_into_id.is_not(None))
    every = union_all(
        select(literal(REPLACED_BY).label("kind"), Patient.id.label("other")).where(Patient.id.in_(gone)),
        select(literal(REPLACES), Patient.id).where(Patient.merged_into_id == mine),
        select(PatientLink.kind, PatientLink.other_id).where(PatientLink.patient_id == mine, in_force),
        select(PatientLink.kind, PatientLink.patient_id).where(
            PatientLink.other_id == mine, in_force, PatientLink.kind == SEE_ALSO
        ),
    ).subquery("said")
    rows = session.execute(
        select(every.c.kind, Patient.uid, Patient.id)
        .join(Patient, Patient.id == every.c.other)
        .distinct()
        .order_by(every.c.kind, Patient.id)
    ).all()
    audit.note(session, "R", "patient_link", [], [row.id for row in rows])
    return [(row.kind, row.uid) for row in rows]
