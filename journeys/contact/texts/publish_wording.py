"""Puts the draft of a wording in force; what quotes it keeps the older one, and is flagged, until published anew."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.contact.texts.template_problems import problems_in_force
from journeys.foundation.acting import Act
from journeys.foundation.errors import refuse_errors
from journeys.store.configuration import DefinitionVersion
from journeys.store.putting_in_force.definitions import WORDING, find
from journeys.store.putting_in_force.write_version import write_version


def publish_wording(session: Session, act: Act, slug: str, row_version: int | None = None) -> DefinitionVersion:
    """Return the version now in force; Invalid with every problem, Stale when somebody saved since `row_version`."""
    definition = find(session, WORDING, slug, row_version)
    refuse_errors(problems_in_force(session, WORDING, definition.draft or {}))
    return write_version(session, act, definition)
