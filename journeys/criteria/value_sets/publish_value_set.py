"""Publishes a value set: all problems of its draft, or one immutable version whose codes rules look up from now on."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from journeys.criteria.value_sets.check import value_set_problems
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import refuse_errors
from journeys.store.configuration import DefinitionVersion
from journeys.store.putting_in_force.definitions import VALUE_SET, find
from journeys.store.putting_in_force.write_version import write_version

# straight from the version's own content: fifty thousand codes never travel, and the two cannot differ
WRITE_CODES = text(
    "INSERT INTO value_set_code (version_id, position, system, code, display)"
    " SELECT version.id, listed.place - 1, listed.code ->> 'system', listed.code ->> 'code', listed.code ->> 'display'"
    " FROM definition_version AS version,"
    " jsonb_array_elements(version.content -> 'codes') WITH ORDINALITY AS listed(code, place)"
    " WHERE version.id = :version_id"
)


def publish_value_set(session: Session, act: Act, slug: str, row_version: int | None = None) -> DefinitionVersion:
    """Put the draft of a value set in force and return the version; Invalid with every problem when it cannot be.

    `row_version` is the draft that was looked at: Stale when somebody saved since. Journeys that are published already
    keep the version that they were published with.
    """
    definition = find(session, VALUE_SET, slug, row_version)
    refuse_errors(value_set_problems(definition.draft or {}))
    before = definition.live_version_id
    version = write_version(session, act, definition)
    if version.id != before:
        session.execute(WRITE_CODES, {"version_id": version.id})
        ring_after_commit(session, "refresh")
    return version
