"""One page of the referrals of the act's branches, narrowed and sorted by plain facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, load_only

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.lists.keyset import BEGINNING, Count, Order, Place, Stretch, page_of
from journeys.store.organisation import Organization
from journeys.store.people import Patient
from journeys.store.referrals import OVER, Referral
from journeys.store.tasks import TaskQueue

SORTS: dict[str, Any] = {
    "registered": None,
    "due": Referral.due_at,
    "progress": Referral.last_progress_at,
}
"""What a list may be sorted by; each has an index on (column, id) for referrals that are not over."""

OPEN = "open"
MINE = "mine"
NOBODY = "nobody"


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; None narrows nothing. `status` is a state, or `open` for all that are not over.

    `quiet_since` asks for those without progress since then; `branch` is the one of ours, whichever way it goes.
    """

    status: str | None = OPEN
    direction: str | None = None
    branch: int | None = None
    urgent: bool = False
    owner: str | None = None
    quiet_since: dt.datetime | None = None
    overdue: bool = False
    sort: str = "progress"
    is_descending: bool = False


@dataclass(frozen=True)
class ReferralList:
    """Rows of (referral, patient, where it goes or comes from, queue), and how many there are."""

    stretch: Stretch
    count: Count


def list_referrals(
    session: Session, act: Act, wanted: Wanted, place: Place = BEGINNING, size: int = 50
) -> ReferralList:
    """A page of the list; what was shown is noted for the audit."""
    order = Order(Referral.id, SORTS[wanted.sort], wanted.is_descending)
    found, count = page_of(session, listed(act, wanted), order, place, size)
    shown = [row[0] for row in found.rows]
    audit.note(session, "R", "referral", [each.id for each in shown], sorted({each.patient_id for each in shown}))
    return ReferralList(found, count)


def listed(act: Act, wanted: Wanted) -> Any:
    """SELECT of the rows that are wanted."""
    outside = func.coalesce(Referral.to_organization_id, Referral.from_organization_id)
    names = load_only(Patient.uid, Patient.name_sealed, Patient.birth_date)
    return (
        select(Referral, Patient, Organization.name, TaskQueue.name)
        .join(Patient, Patient.id == Referral.patient_id)
        .outerjoin(Organization, Organization.id == outside)
        .outerjoin(TaskQueue, TaskQueue.id == Referral.queue_id)
        .options(names)
        .where(*conditions(act, wanted))
    )


def conditions(act: Act, wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    """What the filters ask for."""
    found: list[ColumnElement[bool]] = []
    if wanted.status == OPEN:
        found.append(Referral.status.not_in(OVER))
    elif wanted.status is not None:
        found.append(Referral.status == wanted.status)
    if wanted.direction is not None:
        found.append(Referral.direction == wanted.direction)
    if wanted.branch is not None:
        found.append(or_(Referral.from_location_id == wanted.branch, Referral.to_location_id == wanted.branch))
    if wanted.urgent:
        found.append(Referral.priority != "routine")
    if wanted.owner == NOBODY:
        found.append(Referral.owner.is_(None))
    elif wanted.owner is not None:
        found.append(Referral.owner == wanted.owner)
    if wanted.quiet_since is not None:
        found.append(Referral.last_progress_at <= wanted.quiet_since)
    if wanted.overdue:
        found.append(Referral.due_at < act.now)
    return found
