"""Looks up the segments in force: what one segment says."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.foundation.errors import Missing
from journeys.store.configuration import DefinitionVersion
from journeys.store.putting_in_force.definitions import SEGMENT, live_versions


def live_segment(session: Session, slug: str) -> DefinitionVersion:
    """The version in force of one segment, or Missing."""
    version = live_versions(session, SEGMENT).get(slug)
    if version is None:
        raise Missing(f"There is no published segment {slug}")
    return version
