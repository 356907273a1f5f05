"""Brings the members of one segment up to date by looking at everybody; see `membership` for the quicker way."""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from journeys.criteria.facts.catch_up import LOCK
from journeys.criteria.facts.facts import read_facts
from journeys.criteria.facts.members import members
from journeys.criteria.known import Known, known
from journeys.criteria.limits import limited
from journeys.criteria.membership.fingerprint import fingerprint
from journeys.criteria.membership.states import keep_all, keep_failure
from journeys.criteria.membership.swapping import NOBODY, Refreshed, difference_for_all, kept, swap
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.attempting import attempt
from journeys.foundation.errors import Missing
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import SEGMENT, find

__all__ = ["SECONDS", "Refreshed", "refresh_segment"]

SECONDS = 60
"""How long one segment may take a worker; more would hold up all others."""


def refresh_segment(session: Session, act: Act, slug: str) -> Refreshed | None:
    """Write the stays and events of a published segment as of `act.now`; Missing when it is not in force.

    None when the rule could not be evaluated: why is kept with the segment's state, and its members stay as they are.
    """
    segment = find(session, SEGMENT, slug)
    in_force = known(session)
    if slug not in in_force.segments:
        raise Missing(f"There is no published segment {slug}")
    session.execute(LOCK)
    moved: list[Refreshed] = []
    error = attempt(session, partial(evaluate_all, session, act, segment, in_force, moved))
    if error is not None:
        keep_failure(session, act, segment.id, error)
        audit.note(session, "E", "segment", ids=[segment.id], detail={"slug": slug, "error": error}, outcome="12")
        return None
    return moved[0]


def evaluate_all(session: Session, act: Act, segment: Definition, in_force: Known, moved: list[Refreshed]) -> None:
    """Look at everybody; who moved is put into `moved`."""
    slug = segment.slug
    with limited(session, slug, SECONDS) as begin:
        everybody = members(in_force.segments[slug], act.now, in_force, read_facts(session))
        swapped = swap(session, act, [segment.id], kept(difference_for_all(segment.id, everybody)))
        refreshed = swapped.moved.get(segment.id, NOBODY)
        keep_all(session, act, segment.id, fingerprint(slug, in_force), refreshed, begin)
    note(segment.id, slug, refreshed, session)
    moved.append(refreshed)


def note(segment_id: int, slug: str, refreshed: Refreshed, session: Session) -> None:
    """Keep in the audit who moved, as counts; nothing where nobody did."""
    if refreshed.entered or refreshed.left:
        detail = {"slug": slug, "entered": refreshed.entered, "left": refreshed.left}
        audit.note(session, "U", "segment", ids=[segment_id], detail=detail)
    else:
        audit.nothing_happened(session)
