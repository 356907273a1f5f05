"""What can be said of somebody who waits, and finding one entry to change."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.errors import Invalid, Missing, Problem, Stale
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.foundation.words import N_
from journeys.store.waitlist import EVERY_DAY, PRIORITIES, WAITING, WaitlistEntry

NOT_WAITING = N_("The patient does not wait for this any more")


@dataclass(frozen=True)
class Wish:
    """For what a patient waits: a type (its slug), where (ids of branches, one at least), and what suits.

    `earlier_than` is the appointment (its uid) that they have and would like to have earlier.
    """

    patient: uuid.UUID
    type: str
    locations: tuple[int, ...]
    practitioner_id: int | None = None
    earlier_than: uuid.UUID | None = None
    priority: str = "routine"
    since: dt.datetime | None = None
    from_on: dt.date | None = None
    until_on: dt.date | None = None
    weekdays: int = EVERY_DAY
    from_time: dt.time | None = None
    until_time: dt.time | None = None


def problems_of(wish: Wish, now: dt.datetime) -> Iterator[Problem]:
    """What is wrong with a wish by itself."""
    if not wish.locations:
        yield Problem("locations", N_("Choose at least one branch"))
    if wish.priority not in PRIORITIES:
        yield Problem("priority", N_("Choose one of those that are offered"))
    if not 1 <= wish.weekdays <= EVERY_DAY:
        yield Problem("weekdays", N_("Choose at least one day of the week"))
    if wish.from_on and wish.until_on and wish.until_on < wish.from_on:
        yield Problem("until_on", N_("The last day cannot be before the first"))
    if wish.until_on and wish.until_on < now.date() - dt.timedelta(days=1):
        yield Problem("until_on", N_("The last day is over"))
    if (wish.from_time is None) != (wish.until_time is None):
        yield Problem("until_time", N_("Give both times, or none"))
    elif wish.from_time and wish.until_time and wish.until_time <= wish.from_time:
        yield Problem("until_time", N_("It has to end after it begins"))
    if wish.since and wish.since > now:
        yield Problem("since", N_("Nobody waits since a day that is still to come"))


def entry_to_change(session: Session, uid: uuid.UUID, row_version: int | None = None) -> WaitlistEntry:
    """The entry, locked, its patient's lane first. Missing when there is none in this scope, Stale when somebody
    changed it since, Invalid where the patient waits no more."""
    patient_id = session.scalar(select(WaitlistEntry.patient_id).where(WaitlistEntry.uid == uid))
    if patient_id is None:
        raise Missing(N_("Nobody like this waits here"))
    lock_lanes(session, [lane_of(patient_id)])
    chosen = select(WaitlistEntry).where(WaitlistEntry.uid == uid).with_for_update()
    found = session.scalars(chosen.execution_options(populate_existing=True)).one()
    if row_version is not None and found.row_version != row_version:
        raise Stale(N_("Somebody else changed this first"))
    if found.status != WAITING:
        raise Invalid([Problem("", NOT_WAITING)])
    return found
