"""A consultant asks for the draft of a journey to be put in force; a second person approves it."""

from __future__ import annotations

import datetime as dt
import math

from sqlalchemy.orm import Session

from journeys.flow.catalogue import read_catalogue
from journeys.flow.judged_by import judged_by
from journeys.flow.preview import DAYS_BACK, Preview, preview
from journeys.flow.reviewing import open_review
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem, Stale
from journeys.foundation.words import N_
from journeys.store.definitions import JOURNEY, find
from journeys.store.reviews import JourneyReview
from journeys.store.two_people import close
from journeys.store.write_version import checksum_of

GOOD_FOR = dt.timedelta(days=7)
FEWEST = 10
MARGIN = 1.5
MOST = 1_000_000_000


def ask_to_publish(
    session: Session, act: Act, slug: str, row_version: int | None = None, most_a_day: int | None = None
) -> JourneyReview:
    """Keep who asks, for what exactly, and on what numbers; an older question is overtaken.

    Invalid with every problem that would bar publishing; Stale when somebody saved since `row_version`. `most_a_day` is
    how many patients may come in within 24 hours, None proposes one. Saving the draft again voids the question.
    """
    definition = find(session, JOURNEY, slug)
    if row_version is not None and definition.row_version != row_version:
        raise Stale(f"The journey {slug} was changed by somebody else")
    if most_a_day is not None and not 0 < most_a_day <= MOST:
        data = {"least": 1, "most": MOST}
        raise Invalid([Problem("most_a_day", N_("Write a whole number between %(least)s and %(most)s"), data)])
    expected = preview(session, act, slug)
    basis = judged_by(definition.draft, read_catalogue(session, slug))
    fingerprint = checksum_of(basis)
    before = open_review(session, definition)
    if before is not None:
        close(session, act, before, "overtaken")
    definition.asked_at = act.now
    definition.asked_by = act.by
    review = JourneyReview(
        definition_id=definition.id,
        asked_at=act.now,
        asked_by=act.by,
        fingerprint=fingerprint,
        judged_by=basis,
        expires_at=act.now + GOOD_FOR,
        entering=expected.entering,
        most_a_day=most_a_day or proposed(expected),
    )
    session.add(review)
    session.flush()
    detail = {"slug": slug, "what": "asked", "fingerprint": fingerprint, "most_a_day": review.most_a_day}
    audit.note(session, "U", "definition.journey", ids=[definition.id], detail=detail)
    return review


def proposed(expected: Preview) -> int:
    """A bound with some room: half as many again as would enter now, or on a usual day."""
    a_day = expected.chosen / DAYS_BACK if expected.by_events else expected.entering
    return max(FEWEST, math.ceil(max(a_day, 0) * MARGIN))
