"""Brings the members of one segment up to date by looking at everybody; see `membership` for the quicker way."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from journeys.criteria.compile import patients
from journeys.criteria.known import known
from journeys.criteria.membership.fingerprint import fingerprint
from journeys.criteria.membership.states import keep_all, stopwatch
from journeys.criteria.membership.swapping import Refreshed, difference_for_all, swap
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.store.definitions import SEGMENT, find

__all__ = ["MEMBERSHIP_LOCK", "Refreshed", "refresh_segment"]

MEMBERSHIP_LOCK = text("SELECT pg_advisory_xact_lock(7312)")
"""Taken before anybody is evaluated, so that two refreshes take turns and the later one knows more."""


def refresh_segment(session: Session, act: Act, slug: str) -> Refreshed:
    """Write the stays and events of a published segment as of `act.now`; Missing when it is not in force."""
    segment = find(session, SEGMENT, slug)
    in_force = known(session)
    if slug not in in_force.segments:
        raise Missing(f"There is no published segment {slug}")
    session.execute(MEMBERSHIP_LOCK)
    with stopwatch(session) as milliseconds:
        members = patients(in_force.segments[slug], act.now, in_force)
        refreshed = swap(session, act, segment, difference_for_all(segment.id, members))
        keep_all(session, act, segment.id, fingerprint(slug, in_force), refreshed, milliseconds())
    note(segment.id, slug, refreshed, session)
    return refreshed


def note(segment_id: int, slug: str, refreshed: Refreshed, session: Session) -> None:
    """Keep in the audit who moved, as counts; nothing where nobody did."""
    if refreshed.entered or refreshed.left:
        detail = {"slug": slug, "entered": refreshed.entered, "left": refreshed.left}
        audit.note(session, "U", "segment", ids=[segment_id], detail=detail)
    else:
        audit.nothing_happened(session)
