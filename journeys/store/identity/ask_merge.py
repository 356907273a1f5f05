"""Somebody asks to join two records; a second person looks at exactly these two before anything happens."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Missing, Problem
from journeys.foundation.words import N_
from journeys.store.identity.identify_patient import seeing_everybody
from journeys.store.identity.survivorship import KEPT, MERGED, RULES
from journeys.store.matches import SAME, MatchCandidate
from journeys.store.merges import ASKED, IN_FORCE, PatientMerge
from journeys.store.people import Patient


def ask_merge(
    session: Session,
    act: Act,
    kept_uid: uuid.UUID,
    merged_uid: uuid.UUID,
    reason: str,
    choices: Mapping[str, str] | None = None,
) -> PatientMerge:
    """Keep who asks, for which two records as they are now, and why. Missing outside the scope; Invalid where they
    cannot be joined. `choices` says of single fields whose value holds."""
    kept, merged = the_two(session, kept_uid, merged_uid)
    with seeing_everybody(session, act):
        is_chain = is_in_chain(session, kept.id, merged.id)
    refuse_problems(session, kept, merged, reason, choices or {}, is_chain)
    merge = PatientMerge(
        patient_id=merged.id,
        kept_id=kept.id,
        asked_at=act.now,
        asked_by=act.by,
        merged_version=merged.row_version,
        kept_version=kept.row_version,
        choices=dict(choices or {}),
        reason=reason.strip(),
    )
    session.add(merge)
    session.flush()
    decide(session, act, kept.id, merged.id)
    audit.note(session, "C", "patient_merge", [merge.id], [kept.id, merged.id], {"what": "asked"})
    return merge


def the_two(session: Session, kept_uid: uuid.UUID, merged_uid: uuid.UUID) -> tuple[Patient, Patient]:
    """Both records, if the act may see both."""
    found = {each.uid: each for each in session.scalars(select(Patient).where(Patient.uid.in_((kept_uid, merged_uid))))}
    if kept_uid not in found or merged_uid not in found:
        raise Missing("There is no such patient")
    return found[kept_uid], found[merged_uid]


def is_in_chain(session: Session, kept: int, merged: int) -> bool:
    """Whether records of any branch were merged into the second one, by people or by a source."""
    of_source = select(Patient.id).where(Patient.merged_into_id == merged, Patient.id != kept)
    into = or_(PatientMerge.kept_id == merged, PatientMerge.patient_id.in_((kept, merged)))
    of_people = select(PatientMerge.id).where(PatientMerge.status == IN_FORCE, into)
    return bool(session.scalar(select(or_(of_source.exists(), of_people.exists()))))


def refuse_problems(
    session: Session, kept: Patient, merged: Patient, reason: str, choices: Mapping[str, str], is_chain: bool
) -> None:
    """Invalid with everything that speaks against joining these two in this way."""
    problems = []
    if kept.id == merged.id:
        problems.append(Problem("merged", N_("This is one record, not two.")))
    if kept.merged_into_id is not None or merged.merged_into_id is not None:
        problems.append(Problem("merged", N_("One of them was merged into another record already.")))
    elif is_chain:
        problems.append(Problem("merged", N_("Others were merged into the second record: keep that one.")))
    if not kept.active:
        problems.append(Problem("merged", N_("The record to keep is not in use: keep the other one.")))
    if session.scalar(select(func.count()).where(is_unfinished(kept.id, merged.id))):
        problems.append(Problem("merged", N_("Somebody has asked about one of them already.")))
    if not reason.strip():
        problems.append(Problem("reason", N_("Say how you know it.")))
    if any(name not in RULES or whose not in (KEPT, MERGED) for name, whose in choices.items()):
        problems.append(Problem("choices", N_("One of these fields cannot be chosen.")))
    if problems:
        raise Invalid(problems)


def is_unfinished(kept: int, merged: int) -> ColumnElement[bool]:
    """SQL: merges that somebody asked for and in which either record plays the part that stands in the way."""
    both = (kept, merged)
    waits = PatientMerge.status == ASKED
    return or_(
        and_(waits, or_(PatientMerge.patient_id.in_(both), PatientMerge.kept_id.in_(both))),
        and_(PatientMerge.status == IN_FORCE, PatientMerge.patient_id.in_(both)),
    )


def decide(session: Session, act: Act, *pair: int) -> None:
    """Take the pair off the desk, if it lies there."""
    session.execute(
        update(MatchCandidate)
        .where(MatchCandidate.patient_id == min(pair), MatchCandidate.other_id == max(pair))
        .values(status=SAME, decided_at=act.now, decided_by=act.by, row_version=MatchCandidate.row_version + 1)
        .execution_options(synchronize_session="fetch")
    )
