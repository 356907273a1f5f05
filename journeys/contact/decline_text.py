"""Sends the draft of a template or wording back to whoever asked for it, with a reason."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.contact.text_reviews import open_question
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem, Stale
from journeys.foundation.words import N_
from journeys.store.definitions import find
from journeys.store.two_people import close

LONGEST = 2_000


def decline_text(session: Session, act: Act, kind: str, slug: str, note: str) -> None:
    """Close the open question with a reason for its author; Stale when nobody asks, Invalid without a reason."""
    definition = find(session, kind, slug)
    question = open_question(session, act, definition)
    if question is None:
        raise Stale(f"Nobody asks for {slug}")
    if not note.strip() or len(note) > LONGEST:
        raise Invalid([Problem("note", N_("Say in a few words what should be changed"))])
    definition.asked_at = definition.asked_by = None
    close(session, act, question.review, "declined", note.strip())
    audit.note(session, "U", f"definition.{kind}", ids=[definition.id], detail={"slug": slug, "what": "declined"})
