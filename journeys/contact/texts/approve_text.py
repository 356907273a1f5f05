"""A second person approves the draft of a template, wording or contact rule, which puts it in force."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.rule_drafts.publish_rule import publish_rule
from journeys.contact.texts.publish_template import publish_template
from journeys.contact.texts.publish_wording import publish_wording
from journeys.contact.texts.text_reviews import open_question
from journeys.foundation.acting import Act
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import CONTACT_RULE, TEMPLATE, WORDING, find
from journeys.store.putting_in_force.two_people import approvable, keep_approval

PUBLISHERS: dict[str, Callable[[Session, Act, str], Any]] = {
    TEMPLATE: publish_template,
    WORDING: publish_wording,
    CONTACT_RULE: partial(publish_rule, is_reviewed=True),
}


def approve_text(session: Session, act: Act, kind: str, slug: str, fingerprint: str) -> DefinitionVersion:
    """Put in force exactly what was asked for and looked at, and return the version; refused as `approvable` does."""
    definition = find(session, kind, slug)
    session.execute(select(Definition.id).where(Definition.id == definition.id).with_for_update())
    question = open_question(session, act, definition)
    review = approvable(session, act, definition, question, fingerprint)
    version: DefinitionVersion = PUBLISHERS[kind](session, act, slug)
    keep_approval(session, act, definition, review, version)
    return version
