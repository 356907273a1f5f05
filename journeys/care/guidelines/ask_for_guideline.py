"""Asks for the draft of a guideline to be put in force; a second person approves it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.care.guidelines.reviewing import judged_by
from journeys.foundation.acting import Act
from journeys.store.putting_in_force.definitions import GUIDELINE, find
from journeys.store.putting_in_force.two_people import ask
from journeys.store.reviews import DefinitionReview


def ask_for_guideline(session: Session, act: Act, slug: str, row_version: int | None = None) -> DefinitionReview:
    """Keep who asks and for what exactly.

    Invalid with every problem that would bar it; Stale when somebody saved since `row_version`.
    """
    definition = find(session, GUIDELINE, slug, row_version)
    return ask(session, act, definition, judged_by(session, definition))
