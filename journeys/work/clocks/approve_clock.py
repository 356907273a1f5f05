"""A second person approves the draft of a safety clock, which puts it in force."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import SAFETY_CLOCK, find
from journeys.store.putting_in_force.two_people import approvable, keep_approval
from journeys.work.clocks.publish_clock import publish_clock
from journeys.work.clocks.reviewing import open_question


def approve_clock(session: Session, act: Act, slug: str, fingerprint: str) -> DefinitionVersion:
    """Put in force exactly what was asked for and looked at, and return the version; refused as `approvable` does."""
    definition = find(session, SAFETY_CLOCK, slug)
    session.execute(select(Definition.id).where(Definition.id == definition.id).with_for_update())
    question = open_question(session, act, definition)
    review = approvable(session, act, definition, question, fingerprint)
    version = publish_clock(session, act, slug)
    keep_approval(session, act, definition, review, version)
    return version
