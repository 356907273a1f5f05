"""Puts the draft of a guideline in force: all its problems, or one immutable version."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.care.guidelines.check import Around, guideline_problems
from journeys.criteria.known import known
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import refuse_errors
from journeys.store.configuration import DefinitionVersion
from journeys.store.putting_in_force.definitions import GUIDELINE, find
from journeys.store.putting_in_force.write_version import write_version
from journeys.store.tasks import TaskQueue


def publish_guideline(
    session: Session, act: Act, slug: str, row_version: int | None = None, roles: Collection[str] | None = None
) -> DefinitionVersion:
    """Return the version now in force; Invalid with every problem, Stale when somebody saved since `row_version`.

    `roles` are the portal's, None where they cannot be asked.
    """
    definition = find(session, GUIDELINE, slug, row_version)
    refuse_errors(guideline_problems(definition.draft or {}, around_now(session, roles)))
    version = write_version(session, act, definition)
    ring_after_commit(session, "due")
    return version


def around_now(session: Session, roles: Collection[str] | None = None) -> Around:
    """What a guideline may name at this moment."""
    queues = session.scalars(select(TaskQueue.slug).where(TaskQueue.active))
    return Around(known(session), frozenset(queues), roles)
