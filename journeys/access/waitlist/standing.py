"""Where somebody stands among those who wait for the same: counted by urgency and time alone, so that it can be told.

Who is asked for one freed time depends on that time too (`ranking`): whoever stands first is not asked about hours that
do not suit them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from journeys.store.waitlist import PRIORITIES, WAITING, WaitlistBranch, WaitlistEntry

URGENCY = {name: place for place, name in enumerate(PRIORITIES)}


@dataclass(frozen=True)
class Place:
    """Their place, the first being 1, of how many."""

    place: int
    of: int


def place_of(session: Session, entry: WaitlistEntry) -> Place:
    """The place of somebody who waits, among all who wait for the type in one of their branches."""
    other, here = aliased(WaitlistEntry), aliased(WaitlistBranch)
    mine = select(WaitlistBranch.location_id).where(WaitlistBranch.entry_id == entry.id)
    is_here = select(here.entry_id).where(here.entry_id == other.id, here.location_id.in_(mine)).exists()
    urgency = case(URGENCY, value=other.priority)
    waited_longer = or_(other.since < entry.since, and_(other.since == entry.since, other.id < entry.id))
    own = URGENCY[entry.priority]
    is_before = or_(urgency < own, and_(urgency == own, waited_longer))
    counted = select(func.count().filter(is_before), func.count()).where(
        other.type_id == entry.type_id, other.status == WAITING, is_here
    )
    before, everybody = session.execute(counted).one()
    return Place(before + 1, max(everybody, 1))
