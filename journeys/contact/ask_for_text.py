"""Somebody asks for the draft of a template or wording to be put in force; a second person approves it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from journeys.contact.text_reviews import fingerprint_of, open_question
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Stale
from journeys.store.definitions import find
from journeys.store.reviews import DefinitionReview
from journeys.store.two_people import close

GOOD_FOR = dt.timedelta(days=7)


def ask_for_text(session: Session, act: Act, kind: str, slug: str, row_version: int | None = None) -> DefinitionReview:
    """Keep who asks and for what exactly; an older question is overtaken, and saving the draft again voids this one.

    Invalid with every problem that would bar publishing; Stale when somebody saved since `row_version`.
    """
    definition = find(session, kind, slug)
    if row_version is not None and definition.row_version != row_version:
        raise Stale(f"The {kind} {slug} was changed by somebody else")
    fingerprint = fingerprint_of(session, definition)
    before = open_question(session, act, definition)
    if before is not None:
        close(session, act, before.review, "overtaken")
    definition.asked_at = act.now
    definition.asked_by = act.by
    review = DefinitionReview(
        definition_id=definition.id,
        asked_at=act.now,
        asked_by=act.by,
        fingerprint=fingerprint,
        expires_at=act.now + GOOD_FOR,
    )
    session.add(review)
    session.flush()
    detail = {"slug": slug, "what": "asked", "fingerprint": fingerprint}
    audit.note(session, "U", f"definition.{kind}", ids=[definition.id], detail=detail)
    return review
