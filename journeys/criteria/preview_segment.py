"""Previews what publishing the draft of a segment would change: who would enter and who would leave, as counts."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.criteria.growth import Change
from journeys.criteria.known import known
from journeys.criteria.publish_segment import change_of, segment_problems
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import errors_in, refuse_errors
from journeys.store.putting_in_force.definitions import SEGMENT, find


def preview_segment(session: Session, act: Act, slug: str) -> Change:
    """The change that the draft would bring, in the act's scope; Invalid with its problems, or when it is too slow."""
    definition = find(session, SEGMENT, slug)
    in_force = known(session)
    content = definition.draft or {}
    refuse_errors(errors_in(segment_problems(content, slug, in_force)))
    change = change_of(session, act, definition, in_force)
    detail = {"slug": slug, "after": change.after, "entering": change.entering, "leaving": change.leaving}
    audit.note(session, "R", "segment.preview", ids=[definition.id], detail=detail)
    return change
