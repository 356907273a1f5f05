"""A worker's house over a database of its own, with segments in force and facts promoted, as the workers keep them."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from journeys.criteria.compile import patients
from journeys.criteria.facts.promote import promote
from journeys.criteria.known import known
from journeys.criteria.publish_segment import publish_segment
from journeys.criteria.refresh_segment import refresh_segment
from journeys.criteria.refresh_segments import refresh_segments
from journeys.foundation import database as connections
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.foundation.zones import ensure_zones
from journeys.store.configuration import Definition
from journeys.store.enrolments import SegmentMember
from journeys.store.putting_in_force.definitions import SEGMENT
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.segment_states import SegmentState
from tests.servers import Database

ZONES = ("America/New_York", "Asia/Tokyo", "Europe/Madrid", "Africa/Cairo")
MOST_ROUNDS = 50


@dataclass
class Workers:
    """What the workers do to segments, at the moment `now`."""

    database: Database
    engine: Engine
    now: dt.datetime

    @property
    def house(self) -> House:
        """Where acts are run."""
        return House(connections.sessions(self.engine))

    def act(self) -> Act:
        """An act of this moment."""
        return Act(self.now, "test:workers", EVERYWHERE)

    def session(self) -> Session:
        """A session of the worker's role."""
        return Session(self.engine)

    def publish(self, rules: Mapping[str, Any]) -> None:
        """Put segments in force, in this order."""
        with self.session() as session, session.begin():
            for slug, rule in rules.items():
                content = {"format": 1, "name": {"en": slug}, "rule": rule}
                save_draft(session, self.act(), SEGMENT, slug, {"en": slug}, content)
                publish_segment(session, self.act(), slug)

    def promote(self) -> None:
        """Give the facts every column that these segments need."""
        for _ in range(MOST_ROUNDS):
            if not promote(self.house, self.database.owner_url, self.act()):
                return
        raise AssertionError("the columns are never done")

    def refresh(self, limit: int = 50_000) -> list[str]:
        """Bring everything up to date as the job does; the slugs that had to be evaluated whole."""
        whole: list[str] = []
        for _ in range(MOST_ROUNDS):
            found = act(self.house, self.act(), refresh_segments, limit)
            for slug in found.whole:
                act(self.house, self.act(), refresh_segment, slug)
            whole += found.whole
            if not found.is_more:
                return whole
        raise AssertionError("there is always more")

    def members(self) -> dict[str, set[int]]:
        """Slug → who has an open stay."""
        stays = (
            select(Definition.slug, SegmentMember.patient_id)
            .join(Definition, Definition.id == SegmentMember.segment_id)
            .where(SegmentMember.left_at.is_(None))
        )
        found: dict[str, set[int]] = {}
        with self.session() as session:
            for slug, patient_id in session.execute(stays):
                found.setdefault(slug, set()).add(patient_id)
        return found

    def wanted(self) -> dict[str, set[int]]:
        """Slug → who belongs in by the records alone."""
        with self.session() as session:
            in_force = known(session)
            found = {
                slug: set(session.scalars(patients(rule, self.now, in_force)))
                for slug, rule in in_force.segments.items()
            }
        return {slug: members for slug, members in found.items() if members}

    def states(self) -> dict[str, SegmentState]:
        """Slug → how it was evaluated last."""
        states = select(Definition.slug, SegmentState).join(SegmentState, SegmentState.segment_id == Definition.id)
        with self.session() as session:
            return {slug: state for slug, state in session.execute(states)}  # noqa: C416


@contextmanager
def workers(database: Database, now: dt.datetime) -> Iterator[Workers]:
    """Workers on a fresh database."""
    engine = connections.connect(database.url, connections.WORKER)
    try:
        with Session(engine) as session, session.begin():
            ensure_zones(session, ZONES)
        yield Workers(database, engine, now)
    finally:
        engine.dispose()
