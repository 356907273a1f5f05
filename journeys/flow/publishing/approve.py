"""A second person approves the draft of a journey, which puts it in force."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.flow.publishing.publish import put_in_force, take_turns
from journeys.flow.publishing.reviewing import open_question
from journeys.flow.text.catalogue import read_catalogue
from journeys.foundation.acting import Act
from journeys.store.configuration import DefinitionVersion
from journeys.store.putting_in_force.definitions import JOURNEY, find
from journeys.store.putting_in_force.two_people import approvable, keep_approval


def approve(session: Session, act: Act, slug: str, fingerprint: str) -> DefinitionVersion:
    """Put in force exactly what was asked for and looked at, and return the version; refused as `approvable` does."""
    take_turns(session)
    definition = find(session, JOURNEY, slug)
    session.refresh(definition, with_for_update=True)
    catalogue = read_catalogue(session, slug)
    question = open_question(session, act, definition, catalogue)
    review = approvable(session, act, definition, question, fingerprint)
    version = put_in_force(session, act, definition, catalogue)
    keep_approval(session, act, definition, review, version)
    return version
