"""A second person approves the draft of a journey, which puts it in force."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.flow.catalogue import read_catalogue
from journeys.flow.publish import put_in_force, take_turns
from journeys.flow.reviewing import WAITING, open_question
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Forbidden, Stale
from journeys.store.configuration import DefinitionVersion
from journeys.store.definitions import JOURNEY, find
from journeys.store.two_people import close, may_answer, needs_two


def approve(session: Session, act: Act, slug: str, fingerprint: str) -> DefinitionVersion:
    """Put in force exactly what was asked for and looked at, and return the version.

    Stale when nobody asks, the question expired, or draft or anything it is judged by is not what `fingerprint` names.
    Forbidden to whoever asked or wrote any of it, unless the organisation lets one person suffice.
    """
    take_turns(session)
    definition = find(session, JOURNEY, slug)
    session.refresh(definition, with_for_update=True)
    catalogue = read_catalogue(session, slug)
    question = open_question(session, act, definition, catalogue)
    if question is None or question.state != WAITING or question.review.fingerprint != fingerprint:
        raise Stale(f"What was asked for {slug} is not what would be approved")
    review = question.review
    if not may_answer(session, act, definition, review):
        raise Forbidden("Whoever wrote or asked for a journey does not approve it")
    version = put_in_force(session, act, definition, catalogue)
    review.version_id = version.id
    close(session, act, review, "approved")
    detail = {
        "slug": slug,
        "what": "approved",
        "fingerprint": fingerprint,
        "asked_by": review.asked_by,
        "most_a_day": review.most_a_day,
        "needs_two": needs_two(session),
    }
    audit.note(session, "U", "definition.journey", ids=[definition.id], detail=detail)
    return version
