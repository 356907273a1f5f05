"""What the review desk shows: pairs that may be one person, what speaks for each, and what people asked to join.

Only pairs of which the act may see both records; whoever sees one alone learns nothing of the other.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, aliased

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.store.identity.survivorship import Survivor, survivors
from journeys.store.matches import UNDECIDED, MatchCandidate
from journeys.store.merges import ASKED, IN_FORCE, PatientMerge
from journeys.store.organisation import Location
from journeys.store.people import (
    Patient,
    PatientAddress,
    PatientIdentifier,
    PatientLocation,
    PatientTelecom,
)

AT_ONCE = 50

ONE, TWO = aliased(Patient), aliased(Patient)


@dataclass(frozen=True)
class Pair:
    """Two records of the desk."""

    candidate: MatchCandidate
    one: Patient
    other: Patient


@dataclass(frozen=True)
class Side:
    """One record as it is laid beside another: everything that says who it is, opened."""

    patient: Patient
    phones: list[str]
    emails: list[str]
    addresses: list[str]
    identifiers: list[str]
    branches: list[str]


@dataclass(frozen=True)
class Laid:
    """A pair laid side by side, the kept one first; `merge` is what somebody asked or did."""

    sides: tuple[Side, Side]
    fields: list[Survivor]
    candidate: MatchCandidate | None
    merge: PatientMerge | None


@dataclass(frozen=True)
class Desk:
    """The pairs nobody decided on, the surest first, and merges: those that wait for an answer, and the latest ones."""

    pairs: list[Pair]
    is_more: bool
    waiting: list[tuple[PatientMerge, Patient, Patient]]
    joined: list[tuple[PatientMerge, Patient, Patient]]


def open_desk(session: Session, act: Act) -> Desk:
    """Everything that lies on the desk."""
    rows = session.execute(undecided().limit(AT_ONCE + 1)).all()
    pairs = [Pair(*row) for row in rows[:AT_ONCE]]
    waiting, joined = merges(session, ASKED), merges(session, IN_FORCE)
    seen = {each.id for pair in pairs for each in (pair.one, pair.other)}
    seen |= {each.id for _, kept, merged in (*waiting, *joined) for each in (kept, merged)}
    audit.note(session, "R", "match_candidate", [pair.candidate.id for pair in pairs], sorted(seen))
    return Desk(pairs, len(rows) > AT_ONCE, waiting, joined)


def undecided() -> Select[MatchCandidate, Patient, Patient]:
    """SELECT the pairs that wait, with both records."""
    return (
        select(MatchCandidate, ONE, TWO)
        .join(ONE, ONE.id == MatchCandidate.patient_id)
        .join(TWO, TWO.id == MatchCandidate.other_id)
        .where(MatchCandidate.status.in_(UNDECIDED), ONE.merged_into_id.is_(None), TWO.merged_into_id.is_(None))
        .order_by(MatchCandidate.status, MatchCandidate.score.desc(), MatchCandidate.id)
    )


def merges(session: Session, status: str) -> list[tuple[PatientMerge, Patient, Patient]]:
    """Merges in a state, the latest first, with the kept record and the merged one."""
    found = (
        select(PatientMerge, ONE, TWO)
        .join(ONE, ONE.id == PatientMerge.kept_id)
        .join(TWO, TWO.id == PatientMerge.patient_id)
        .where(PatientMerge.status == status)
        .order_by(PatientMerge.id.desc())
        .limit(AT_ONCE)
    )
    return [(merge, kept, merged) for merge, kept, merged in session.execute(found)]


def lay_side_by_side(session: Session, act: Act, uid: uuid.UUID, keeps_other: bool = False) -> Laid:
    """A pair of the desk, or a merge, by its uid. Missing outside the scope. `keeps_other` turns the pair round."""
    candidate = session.scalar(select(MatchCandidate).where(MatchCandidate.uid == uid))
    merge = session.scalar(select(PatientMerge).where(PatientMerge.uid == uid))
    if merge is not None:
        ids = (merge.kept_id, merge.patient_id)
        candidate = candidate_of(session, ids)
    elif candidate is not None:
        ids = (candidate.patient_id, candidate.other_id)
        ids = ids[::-1] if keeps_other else ids
    else:
        raise Missing("There is no such pair")
    found = {each.id: each for each in session.scalars(select(Patient).where(Patient.id.in_(ids)))}
    if len(found) != len(ids):
        raise Missing("There is no such pair")
    kept, merged = found[ids[0]], found[ids[1]]
    audit.note(session, "R", "match_candidate", [candidate.id] if candidate else [], sorted(ids))
    fields = survivors(kept, merged, merge.choices if merge else None)
    return Laid((side_of(session, kept), side_of(session, merged)), fields, candidate, merge)


def candidate_of(session: Session, ids: Sequence[int]) -> MatchCandidate | None:
    """What was found of a pair."""
    pair = (MatchCandidate.patient_id == min(ids), MatchCandidate.other_id == max(ids))
    return session.scalar(select(MatchCandidate).where(*pair))


def side_of(session: Session, patient: Patient) -> Side:
    """One record, opened."""
    own = and_(PatientTelecom.patient_id == patient.id, PatientTelecom.related_person_id.is_(None))
    telecoms = session.scalars(select(PatientTelecom).where(own).order_by(PatientTelecom.id)).all()
    addresses = select(PatientAddress).where(PatientAddress.patient_id == patient.id).order_by(PatientAddress.id)
    identifiers = (
        select(PatientIdentifier).where(PatientIdentifier.patient_id == patient.id).order_by(PatientIdentifier.id)
    )
    branches = (
        select(Location.name)
        .join(PatientLocation, PatientLocation.location_id == Location.id)
        .where(PatientLocation.patient_id == patient.id)
        .order_by(Location.name)
    )
    return Side(
        patient=patient,
        phones=[each.value for each in telecoms if each.system in ("phone", "sms")],
        emails=[each.value for each in telecoms if each.system == "email"],
        addresses=[each.text for each in session.scalars(addresses)],
        identifiers=[each.value for each in session.scalars(identifiers)],
        branches=list(session.scalars(branches)),
    )
