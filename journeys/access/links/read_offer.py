"""Shows whoever has the link to an offer which time it is about, until when they can answer, and where they stand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from journeys.access.links.offer_link import ASKING, MINE, OVER, Offered, offer_named
from journeys.access.waitlist.standing import Place, place_of
from journeys.contact.consent.choices import clinic_of
from journeys.contact.texts.visit_links import LINK
from journeys.foundation import audit, links
from journeys.foundation.acting import Act
from journeys.store.access import Appointment
from journeys.store.organisation import Location
from journeys.store.waitlist import WAITING


@dataclass(frozen=True)
class OfferSeen:
    """What the page shows: nothing of whose it is, what for or with whom. `moves_from` is the visit that they give up
    for it, `place` where they stand while they wait on, `visit` the letters of the link to what they have now."""

    clinic: str
    language: str | None
    phone: str | None
    standing: str
    zone: str = field(default="UTC", repr=False)
    start_at: dt.datetime | None = field(default=None, repr=False)
    answer_until: dt.datetime | None = field(default=None, repr=False)
    minutes: int | None = None
    branch: str | None = field(default=None, repr=False)
    moves_from: dt.datetime | None = field(default=None, repr=False)
    place: Place | None = None
    visit: str | None = field(default=None, repr=False)


def read_offer(session: Session, act: Act, token: str) -> OfferSeen:
    """The offer of a link as it stands, looked at alone; Missing for letters that are no link of ours."""
    offered = offer_named(session, act, token)
    audit.note(session, "R", "waitlist_offer", [offered.row.id], [offered.patient.id], {"by": "link"})
    return seen(session, offered)


def seen(session: Session, offered: Offered) -> OfferSeen:
    """The same of an offer that was found. Of one that is over neither time nor place is told."""
    place = session.get_one(Location, offered.schedule.location_id)
    clinic, language = clinic_of(session, offered.patient), offered.patient.language
    shown = OfferSeen(clinic, language, place.phone, offered.standing)
    if shown.standing == OVER:
        return shown
    is_asking, is_waiting = shown.standing == ASKING, offered.entry.status == WAITING
    return replace(
        shown,
        zone=offered.schedule.zone,
        start_at=offered.backfill.start_at,
        answer_until=offered.row.expires_at if is_asking else None,
        minutes=offered.kind.minutes,
        branch=place.name,
        moves_from=moved_from(session, offered) if is_asking else None,
        place=place_of(session, offered.entry) if is_waiting else None,
        visit=visit_of(offered) if shown.standing == MINE else None,
    )


def moved_from(session: Session, offered: Offered) -> dt.datetime | None:
    """When the visit is that they would like to have earlier."""
    visit = offered.entry.appointment_id
    return None if visit is None else session.get_one(Appointment, visit).start_at


def visit_of(offered: Offered) -> str | None:
    """The letters of the link to what was booked for them."""
    booked = offered.entry.booked_id
    return None if booked is None else links.token_of(LINK, booked)
