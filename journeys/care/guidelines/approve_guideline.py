"""A second person puts a guideline in force: whoever wrote any of the draft does not."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.care.guidelines.publish_guideline import publish_guideline
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.configuration import DefinitionVersion
from journeys.store.definitions import GUIDELINE, find
from journeys.store.two_people import needs_two


def approve_guideline(session: Session, act: Act, slug: str, row_version: int | None = None) -> DefinitionVersion:
    """Return the version now in force. Invalid where it is wrong, or where its author is no second person.

    One person suffices where the organisation says so.
    """
    definition = find(session, GUIDELINE, slug, row_version)
    if act.by in definition.authors and needs_two(session):
        raise Invalid([Problem("", N_("Whoever wrote it does not put it in force: a second person looks at it"))])
    return publish_guideline(session, act, slug, row_version)
