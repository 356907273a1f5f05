"""Shows whoever has the link to an appointment when and where it is, and what can be said of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from journeys.access.appointments.lateness import in_time_until
from journeys.access.links.visit_link import SHOWN_FOR, Visit, visit_of
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.access import AHEAD

CANCELLED, OVER, ASKED_FOR = "cancelled", "over", "asked-for"
CONFIRMED, TO_CONFIRM, HERE = "confirmed", "to-confirm", "here"
OF_STATUS = {"cancelled": CANCELLED, "arrived": HERE, "checked-in": HERE, "proposed": ASKED_FOR, "waitlist": ASKED_FOR}


@dataclass(frozen=True)
class VisitSeen:
    """What the page of a link shows: nothing that says whose it is or what for. `standing` says what comes next;
    of one that is over neither time nor place is told. `in_time_until` is None where calling off is late already."""

    clinic: str
    language: str | None
    phone: str | None
    standing: str
    row_version: int = 0
    start_at: dt.datetime | None = field(default=None, repr=False)
    zone: str = field(default="UTC", repr=False)
    branch: str | None = field(default=None, repr=False)
    in_time_until: dt.datetime | None = field(default=None, repr=False)
    was_late: bool = False
    may_confirm: bool = False
    may_cancel: bool = False
    may_move: bool = False


def read_visit(session: Session, act: Act, token: str) -> VisitSeen:
    """The appointment of a link; Missing for letters that are no link of ours."""
    visit = visit_of(session, act, token)
    audit.note(session, "R", "appointment", [visit.row.id], [visit.patient.id], {"by": "link"})
    return seen(visit)


def seen(visit: Visit) -> VisitSeen:
    """The same of an appointment that was opened."""
    row, place = visit.row, visit.place
    shown = VisitSeen(visit.clinic, visit.patient.language, place.phone if place else None, standing_of(visit))
    if shown.standing == OVER or row.start_at is None:
        return shown
    until = in_time_until(row.start_at, visit.kind)
    return replace(
        shown,
        row_version=row.row_version,
        start_at=row.start_at,
        zone=visit.zone,
        branch=place.name if place else None,
        in_time_until=until if until > visit.now else None,
        was_late=row.cancelled_at is not None and row.cancelled_at > until,
        may_confirm=visit.is_ahead and row.confirmed_at is None,
        may_cancel=visit.is_ahead and visit.is_ours,
        may_move=visit.may_move,
    )


def standing_of(visit: Visit) -> str:
    """What comes next."""
    row = visit.row
    is_past = row.start_at is not None and row.start_at + SHOWN_FOR < visit.now
    if is_past or visit.patient.deceased or row.status in ("fulfilled", "noshow"):
        return OVER
    if row.status in AHEAD:
        return CONFIRMED if row.confirmed_at is not None else TO_CONFIRM
    return OF_STATUS[row.status]
