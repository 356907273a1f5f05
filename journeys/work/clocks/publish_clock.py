"""Puts the draft of a safety clock in force: from then on it runs on everything that it watches."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import refuse_errors
from journeys.store.configuration import DefinitionVersion
from journeys.store.putting_in_force.definitions import SAFETY_CLOCK, find
from journeys.store.putting_in_force.write_version import write_version
from journeys.store.tasks import TaskQueue
from journeys.work.clocks.check import clock_problems

ESCALATE = "clocks"
"""The bell of the worker's job that climbs the ladders."""


def publish_clock(session: Session, act: Act, slug: str, row_version: int | None = None) -> DefinitionVersion:
    """Return the version now in force; Invalid with every problem, Stale when somebody saved since `row_version`."""
    definition = find(session, SAFETY_CLOCK, slug, row_version)
    refuse_errors(clock_problems(definition.draft or {}, queues_in_use(session)))
    version = write_version(session, act, definition)
    ring_after_commit(session, ESCALATE)
    return version


def queues_in_use(session: Session) -> Sequence[str]:
    """The slugs of the queues that a clock may name."""
    return session.scalars(select(TaskQueue.slug).where(TaskQueue.active)).all()
