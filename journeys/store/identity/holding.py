"""Keeps merges as people left them when a source sends either record anew: a source knows nothing of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from journeys.store.identity.aliases import add_aliases
from journeys.store.identity.survivorship import hold_values
from journeys.store.merges import IN_FORCE, PatientMerge
from journeys.store.people import Patient


def hold_kept(session: Session, imported: Collection[int]) -> list[int]:
    """Give the kept records of merges again what these patients, just written anew, took from them: names and numbers
    they are found by, branches, chosen values, that the person died. Returns those whose death one learns just now."""
    if not imported:
        return []
    ids = sorted(imported)
    either = or_(PatientMerge.patient_id.in_(ids), PatientMerge.kept_id.in_(ids))
    found = select(PatientMerge).where(either, PatientMerge.status == IN_FORCE).order_by(PatientMerge.id)
    return hold(session, session.scalars(found.execution_options(populate_existing=True)).all(), imported)


def hold(session: Session, merges: Sequence[PatientMerge], imported: Collection[int] = ()) -> list[int]:
    """The same of these merges."""
    if not merges:
        return []
    both = {each for merge in merges for each in (merge.patient_id, merge.kept_id)}
    fresh = select(Patient).where(Patient.id.in_(sorted(both))).execution_options(populate_existing=True)
    people = {each.id: each for each in session.scalars(fresh)}
    alive = {each.id for each in people.values() if not each.deceased}
    for merge in merges:
        kept = people[merge.kept_id]
        merge.changes = hold_values(kept, people[merge.patient_id], merge.changes, kept.id in imported)
    session.flush()
    add_aliases(session, merges)
    session.flush()
    return sorted({merge.kept_id for merge in merges if merge.kept_id in alive and people[merge.kept_id].deceased})
