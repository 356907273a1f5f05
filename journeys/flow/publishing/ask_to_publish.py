"""A consultant asks for the draft of a journey to be put in force; a second person approves it."""

from __future__ import annotations

import math

from sqlalchemy.orm import Session

from journeys.flow.publishing.judged_by import judged_by
from journeys.flow.publishing.preview import DAYS_BACK, Preview, preview
from journeys.flow.text.catalogue import read_catalogue
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.putting_in_force.definitions import JOURNEY, find
from journeys.store.putting_in_force.two_people import ask
from journeys.store.reviews import DefinitionReview

FEWEST = 10
MARGIN = 1.5
MOST = 1_000_000_000


def ask_to_publish(
    session: Session, act: Act, slug: str, row_version: int | None = None, most_a_day: int | None = None
) -> DefinitionReview:
    """Keep who asks, for what exactly, and on what numbers.

    Invalid with every problem that would bar publishing; Stale when somebody saved since `row_version`. `most_a_day` is
    how many patients may come in within 24 hours, None proposes one.
    """
    definition = find(session, JOURNEY, slug, row_version)
    if most_a_day is not None and not 0 < most_a_day <= MOST:
        data = {"least": 1, "most": MOST}
        raise Invalid([Problem("most_a_day", N_("Write a whole number between %(least)s and %(most)s"), data)])
    expected = preview(session, act, slug)
    basis = judged_by(definition.draft, read_catalogue(session, slug))
    return ask(session, act, definition, basis, expected.entering, most_a_day or proposed(expected))


def proposed(expected: Preview) -> int:
    """A bound with some room: half as many again as would enter now, or on a usual day."""
    a_day = expected.chosen / DAYS_BACK if expected.by_events else expected.entering
    return max(FEWEST, math.ceil(max(a_day, 0) * MARGIN))
