"""A second person approves the draft of a template or wording, which puts it in force."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.publish_template import publish_template
from journeys.contact.publish_wording import publish_wording
from journeys.contact.text_reviews import WAITING, open_question
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Forbidden, Stale
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.definitions import TEMPLATE, WORDING, find
from journeys.store.two_people import close, may_answer, needs_two

PUBLISHERS: dict[str, Callable[[Session, Act, str], Any]] = {TEMPLATE: publish_template, WORDING: publish_wording}


def approve_text(session: Session, act: Act, kind: str, slug: str, fingerprint: str) -> DefinitionVersion:
    """Put in force exactly what was asked for and looked at, and return the version.

    Stale when nobody asks, the question expired, or draft or anything it quotes is not what `fingerprint` names.
    Forbidden to whoever asked or wrote any of it, unless the organisation lets one person suffice.
    """
    definition = find(session, kind, slug)
    session.execute(select(Definition.id).where(Definition.id == definition.id).with_for_update())
    question = open_question(session, act, definition)
    if question is None or question.state != WAITING or question.review.fingerprint != fingerprint:
        raise Stale(f"What was asked for {slug} is not what would be approved")
    review = question.review
    if not may_answer(session, act, definition, review):
        raise Forbidden("Whoever wrote or asked for a text does not approve it")
    version: DefinitionVersion = PUBLISHERS[kind](session, act, slug)
    review.version_id = version.id
    close(session, act, review, "approved")
    detail = {
        "slug": slug,
        "what": "approved",
        "fingerprint": fingerprint,
        "asked_by": review.asked_by,
        "needs_two": needs_two(session),
    }
    audit.note(session, "U", f"definition.{kind}", ids=[definition.id], detail=detail)
    return version
