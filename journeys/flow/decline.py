"""Sends the draft of a journey back to whoever asked for it, with a reason; or takes the own question back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.flow.reviewing import open_review
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem, Stale
from journeys.foundation.words import N_
from journeys.store.definitions import JOURNEY, find
from journeys.store.two_people import close

LONGEST = 2_000


def decline(session: Session, act: Act, slug: str, note: str) -> None:
    """Close the open question with a reason for its author; Stale when nobody asks, Invalid without a reason."""
    definition = find(session, JOURNEY, slug)
    review = open_review(session, definition)
    if review is None:
        raise Stale(f"Nobody asks for {slug}")
    if not note.strip() or len(note) > LONGEST:
        raise Invalid([Problem("note", N_("Say in a few words what should be changed"))])
    definition.asked_at = definition.asked_by = None
    close(session, act, review, "declined", note.strip())
    audit.note(session, "U", "definition.journey", ids=[definition.id], detail={"slug": slug, "what": "declined"})
