"""The free times to which whoever has the link to an appointment can move it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from journeys.access.links.visit_link import visit_of
from journeys.access.schedules.find_slots import FARTHEST, FreeTime, Wanted, find_slots
from journeys.foundation.acting import Act

MOST = 60


def times_to_move(session: Session, act: Act, token: str, from_at: dt.datetime | None = None) -> list[FreeTime]:
    """Those of its own schedule; where it has none, those of others of its branch, one for each time. None where it may
    not be moved by its patient."""
    visit = visit_of(session, act, token)
    if not visit.may_move or visit.kind is None or visit.schedule is None or visit.row.location_id is None:
        return []
    begins = max(act.now, from_at or act.now)
    for schedules in ((visit.schedule.uid,), ()):
        wanted = Wanted(
            visit.kind.slug,
            begins,
            begins + FARTHEST,
            locations=[visit.row.location_id],
            schedules=schedules,
            for_patients=True,
            most=MOST,
        )
        found = find_slots(session, act, wanted)
        if found:
            return one_of_each(found)
    return []


def one_of_each(found: list[FreeTime]) -> list[FreeTime]:
    """One free time for each moment and branch: with whom it is, patients are not told here."""
    chosen: dict[tuple[dt.datetime, int], FreeTime] = {}
    for each in found:
        chosen.setdefault((each.start_at, each.schedule.location_id), each)
    return list(chosen.values())
