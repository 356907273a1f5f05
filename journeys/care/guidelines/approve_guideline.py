"""A second person approves the draft of a guideline, which puts it in force."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.care.guidelines.publish_guideline import publish_guideline
from journeys.care.guidelines.reviewing import open_question
from journeys.foundation.acting import Act
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import GUIDELINE, find
from journeys.store.putting_in_force.two_people import approvable, keep_approval


def approve_guideline(session: Session, act: Act, slug: str, fingerprint: str) -> DefinitionVersion:
    """Put in force exactly what was asked for and looked at, and return the version; refused as `approvable` does."""
    definition = find(session, GUIDELINE, slug)
    session.execute(select(Definition.id).where(Definition.id == definition.id).with_for_update())
    question = open_question(session, act, definition)
    review = approvable(session, act, definition, question, fingerprint)
    version = publish_guideline(session, act, slug)
    keep_approval(session, act, definition, review, version)
    return version
