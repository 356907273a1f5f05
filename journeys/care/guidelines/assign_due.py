"""Something due is given to somebody, or back to the queue that owns it."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Missing, Problem, Stale
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.foundation.words import N_
from journeys.store.due import DueItem
from journeys.store.organisation import Practitioner


def assign_due(
    session: Session, act: Act, uid: uuid.UUID, owner: str | None, row_version: int | None = None
) -> DueItem:
    """Make it theirs and return it; nobody's leaves it the queue's. It stays theirs until this occurrence is over.

    Missing without it in this scope, Stale when it is over or was changed since, Invalid where there is no such person.
    """
    this = select(DueItem).where(DueItem.uid == uid)
    patient = session.scalar(this.with_only_columns(DueItem.patient_id))
    if patient is None:
        raise Missing("There is nothing due of this kind here")
    lock_lanes(session, [lane_of(patient)])
    item = session.scalars(this.with_for_update().execution_options(populate_existing=True)).one()
    if item.closed_at is not None or row_version not in {None, item.row_version}:
        raise Stale("What is due was closed or changed by somebody else")
    known = select(Practitioner.id).where(Practitioner.username == owner, Practitioner.active)
    if owner is not None and session.scalar(known) is None:
        raise Invalid([Problem("owner", N_("There is no member of staff %(owner)s"), {"owner": owner})])
    item.owner = owner
    item.row_version += 1
    session.flush()
    audit.note(session, "U", "due_item", [item.id], [item.patient_id], {"what": "assigned"})
    return item
