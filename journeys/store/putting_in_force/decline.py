"""Sends a draft back to whoever asked for it, with a reason; or takes the own question back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem, Stale
from journeys.foundation.words import N_
from journeys.store.putting_in_force.definitions import find
from journeys.store.putting_in_force.two_people import close, note, open_review

LONGEST = 2_000


def decline(session: Session, act: Act, kind: str, slug: str, why: str) -> None:
    """Close the open question with a reason for its author; Stale when nobody asks, Invalid without a reason."""
    definition = find(session, kind, slug)
    review = open_review(session, definition)
    if review is None:
        raise Stale(f"Nobody asks for {slug}")
    if not why.strip() or len(why) > LONGEST:
        raise Invalid([Problem("note", N_("Say in a few words what should be changed"))])
    definition.asked_at = definition.asked_by = None
    close(session, act, review, "declined", why.strip())
    note(session, definition, "declined")
