"""Shows whoever has a link to book which times are free."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.access.links.booking_link import OPEN, Offered, offered_by
from journeys.access.links.times_to_move import MOST, one_of_each
from journeys.access.schedules.find_slots import FARTHEST, FreeTime, Wanted, find_slots
from journeys.contact.texts.visit_links import LINK
from journeys.foundation import audit, links
from journeys.foundation.acting import Act
from journeys.foundation.tables import Texts
from journeys.store.organisation import Location
from journeys.store.scheduling import Schedule


@dataclass(frozen=True)
class BookingSeen:
    """What the page shows: nothing of whose it is. `kinds` are the types to choose from, `kind` the chosen one; `visit`
    are the letters of the link to what was booked; `branches` names those of the free times."""

    clinic: str
    language: str | None
    phone: str | None
    standing: str
    kinds: Sequence[tuple[str, Texts]] = ()
    kind: str | None = None
    times: Sequence[FreeTime] = ()
    branches: Mapping[int, str] = field(default_factory=dict)
    visit: str | None = field(default=None, repr=False)


def read_booking(
    session: Session, act: Act, token: str, kind: str = "", from_at: dt.datetime | None = None
) -> BookingSeen:
    """What can be booked now, the earliest first; Missing for letters that are no link of ours."""
    offered = offered_by(session, act, token)
    audit.note(session, "R", "booking_link", [offered.link.id], [offered.patient.id], {"by": "link"})
    chosen = offered.kind(kind)
    times = [] if chosen is None or offered.standing != OPEN else times_of(session, act, offered, chosen.slug, from_at)
    named = {each.schedule.location_id for each in times}
    known = select(Location.id, Location.name).where(Location.id.in_(named)).order_by(Location.id)
    return BookingSeen(
        clinic=offered.clinic,
        language=offered.patient.language,
        phone=offered.phone,
        standing=offered.standing,
        kinds=[(each.slug, each.name) for each in offered.kinds],
        kind=None if chosen is None else chosen.slug,
        times=times,
        branches=dict(session.execute(known).all()),
        visit=None if offered.booked is None else links.token_of(LINK, offered.booked.id),
    )


def times_of(session: Session, act: Act, offered: Offered, kind: str, from_at: dt.datetime | None) -> list[FreeTime]:
    """The free times of a type within what the link allows, one for each moment and branch."""
    link = offered.link
    begins = max(act.now, from_at or act.now)
    schedules = () if link.schedule_id is None else (session.get_one(Schedule, link.schedule_id).uid,)
    wanted = Wanted(kind, begins, begins + FARTHEST, offered.branches, schedules, for_patients=True, most=MOST)
    return one_of_each(find_slots(session, act, wanted))
