"""Takes a merge back: both records are again what they were, and whatever arrived since goes to whose it is."""

from __future__ import annotations

import uuid

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem, Stale
from journeys.foundation.words import N_
from journeys.store.identity.aliases import take_aliases
from journeys.store.identity.answer_merge import back_to_desk, locked, tell
from journeys.store.identity.holding import hold
from journeys.store.identity.identify_patient import seeing_everybody
from journeys.store.identity.moving import send_back
from journeys.store.identity.survivorship import give_back
from journeys.store.merges import IN_FORCE, UNDONE, PatientMerge


def undo_merge(session: Session, act: Act, merge_uid: uuid.UUID, reason: str) -> PatientMerge:
    """Give the merged record back every row that the merge took over, also those that came later, and the kept one what
    it said before. One person suffices: it joins nothing. Journeys come back with it (`flow.events`).

    What was written under the kept record itself stays there; what somebody changed since is not overwritten.
    """
    if not reason.strip():
        raise Invalid([Problem("reason", N_("Say how you know it."))])
    merge, kept, merged = locked(session, merge_uid)
    if merge.status != IN_FORCE:
        raise Stale("Somebody took this back first")
    if kept.merged_into_id is not None:
        raise Invalid([Problem("merged", N_("The kept record was merged into another one: take that back first."))])
    moved = send_back(session, merge)
    take_aliases(session, merge)
    give_back(kept, merge.changes)
    merged.merged_into_id = None
    merge.status, merge.undone_at, merge.undone_by = UNDONE, act.now, act.by
    merge.reason = f"{merge.reason}\n{reason.strip()}"
    back_to_desk(session, act, merge)
    session.flush()
    with seeing_everybody(session, act):
        hold(session, session.scalars(others_of(merge)).all())
    tell(session, act, merge, "undone", moved)
    return merge


def others_of(merge: PatientMerge) -> Select[PatientMerge]:
    """SELECT what else was merged into the same record: what both had in common stays with it."""
    into = (PatientMerge.kept_id == merge.kept_id, PatientMerge.status == IN_FORCE, PatientMerge.id != merge.id)
    return select(PatientMerge).where(*into).order_by(PatientMerge.id)
