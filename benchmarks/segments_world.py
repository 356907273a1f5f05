"""The clinic of `segments`: its tables, its segments in force, its facts, and how each way of evaluating is run."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import BigInteger, Engine, Select, TextualSelect, func, select, text
from sqlalchemy.orm import Session

from benchmarks import base
from benchmarks.base import analyse
from benchmarks.population import make_people
from benchmarks.records import make_records
from benchmarks.segments_rules import EDGES, RULES, earliest, local_rows
from journeys.criteria import refresh_segments as refreshing
from journeys.criteria.compile import patients
from journeys.criteria.count_segment import count_segment
from journeys.criteria.facts.facts import read_facts
from journeys.criteria.facts.members import members
from journeys.criteria.facts.promote import promote
from journeys.criteria.known import known
from journeys.criteria.limits import TooSlow
from journeys.criteria.publish_segment import publish_segment
from journeys.criteria.refresh_segment import refresh_segment
from journeys.criteria.refresh_segments import refresh_segments
from journeys.flow.events.react import react
from journeys.foundation import database
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.store.putting_in_force.definitions import SEGMENT
from journeys.store.putting_in_force.save_draft import save_draft
from tests.make import an_act

Query = Select | TextualSelect

BARE = "SELECT count(*) FROM patient_fact"
NO_INDEX = "SET LOCAL enable_indexonlyscan = off; SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off"


@dataclass
class World:
    """A database with everybody in it, and the moment that it is there."""

    engine: Engine
    now: datetime

    @property
    def url(self) -> str:
        return self.engine.url.render_as_string(hide_password=False)

    @cached_property
    def house(self) -> House:
        """The worker's."""
        return House(database.sessions(database.connect(self.url, database.WORKER)), react)

    def act(self) -> Act:
        return Act(self.now, "benchmark", EVERYWHERE)

    def hand(self, statement: str) -> Query:
        """A statement by hand with its parameters, for this moment."""
        rows = local_rows(self.now)
        columns = ", ".join(f"{name} timestamptz" for name in EDGES)
        names = ["zone", "born_40", *EDGES]
        values = ", ".join(f":{name}" for name in names)
        with self.engine.begin() as connection:
            connection.execute(text("DROP TABLE IF EXISTS local"))
            connection.execute(text(f"CREATE TABLE local (zone text PRIMARY KEY, born_40 date, {columns})"))
            connection.execute(text(f"INSERT INTO local ({', '.join(names)}) VALUES ({values})"), rows)
            connection.execute(text("ANALYZE local"))
        given = {name: value for name, value in earliest(rows, self.now).items() if f":{name}" in statement}
        return text(statement).bindparams(**given).columns(patient_id=BigInteger)

    def seconds(self, query: Query) -> float:
        """The processor time of counting what a query finds."""
        return base.seconds(lambda: self.count(query))

    def count(self, query: Query) -> int:
        with self.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()

    def bare_scan(self) -> float:
        """The processor time of reading every fact row."""
        with self.engine.connect() as connection, connection.begin():
            connection.exec_driver_sql(NO_INDEX)
            return base.seconds(lambda: connection.exec_driver_sql(BARE).scalar_one())

    def difference(self, one: Query, other: Query) -> int:
        """How many are found by one and not by the other."""
        first, second = (select(each.subquery().c.patient_id) for each in (one, other))
        return self.count(first.except_(second)) + self.count(second.except_(first))

    def wrong_members(self, slug: str) -> int:
        """How many stays differ from what the raw tables say now."""
        stays = (
            "SELECT patient_id FROM segment_member JOIN definition ON definition.id = segment_id"
            f" WHERE slug = '{slug}' AND left_at IS NULL"
        )
        return self.difference(text(stays).columns(patient_id=BigInteger), raw(slug, self))

    def looked_at(self) -> int:
        """How many patients the last refresh looked at, for all segments together."""
        with self.engine.connect() as connection:
            return connection.execute(text("SELECT sum(looked_at) FROM segment_state")).scalar_one()


def make_world(engine: Engine, people: int, now: datetime) -> World:
    """Everybody with their records; the five segments in force; facts with the columns that these need."""
    world = World(engine, now)
    make_people(engine, people, now)
    make_records(engine, people, now)
    with Session(engine) as session, session.begin():
        for slug, rule in RULES.items():
            content = {"format": 1, "name": {"en": slug}, "rule": rule}
            save_draft(session, an_act(), SEGMENT, slug, content["name"], content)
            publish_segment(session, an_act(), slug)
    while promote(world.house, world.url, world.act()):
        pass
    while act(world.house, world.act(), refresh_segments).is_more:
        pass
    analyse(engine)
    return world


def raw(slug: str, world: World) -> Select:
    """The rule on the raw tables."""
    with Session(world.engine) as session:
        return patients(RULES[slug], world.now, known(session))


def members_on_facts(slug: str, world: World) -> Select:
    """The rule on the fact rows."""
    with Session(world.engine) as session:
        return members(RULES[slug], world.now, known(session), read_facts(session))


def counted_by_builder(slug: str, world: World) -> float:
    """Seconds by the clock until the builder has its counts; those of its limit when it gives up."""
    portal = House(database.sessions(database.connect(world.url, database.PORTAL)))
    begin = time.monotonic()
    with suppress(TooSlow):
        act(portal, world.act(), count_segment, RULES[slug])
    return time.monotonic() - begin


def refresh(world: World, caught: list[float] | None = None, everybody: bool = False) -> None:
    """Bring all segments up to date: by what changed, or by looking at everybody. `caught` gets the facts' own part."""
    house = world.house
    if everybody:
        for slug in RULES:
            act(house, world.act(), refresh_segment, slug)
        return
    catch_up = refreshing.catch_up
    refreshing.catch_up = timed(catch_up, [0.0] if caught is None else caught)
    try:
        found = act(house, world.act(), refresh_segments)
    finally:
        refreshing.catch_up = catch_up
    assert not found.whole and not found.is_more, found


def timed(work: Callable[..., Any], into: list[float]) -> Callable[..., Any]:
    """The same work, whose processor time is added up."""

    def measured(*args: Any) -> Any:
        begin = base.Processor.seconds()
        result = work(*args)
        into[0] += base.Processor.seconds() - begin
        return result

    return measured


CHANGES = (
    """
    UPDATE appointment SET status = CASE status WHEN 'booked' THEN 'cancelled' WHEN 'noshow' THEN 'fulfilled'
                                    ELSE 'noshow' END
    WHERE id IN (SELECT min(id) FROM appointment WHERE patient_id = ANY(:first) GROUP BY patient_id)
    """,
    """
    INSERT INTO observation (patient_id, status, code_system, code, effective_at, value_number, value_unit)
    SELECT unnest(CAST(:second AS bigint[])), 'final', 'http://loinc.org', 'O5', :now, 6.5, '%'
    """,
    """
    INSERT INTO message (patient_id, lane, status, purpose, channel, planned_at, sent_at)
    SELECT id, id & 255, 'delivered', 'care', 'sms', :now, :now FROM unnest(CAST(:third AS bigint[])) AS id
    """,
    "UPDATE patient SET preferred_channel = 'sms', language = 'es' WHERE id = ANY(:fourth)",
)


def change_patients(world: World, count: int, salt: int) -> None:
    """Change so many patients as the EMR and staff do, a quarter in each way; triggers mark them."""
    with world.engine.begin() as connection:
        chosen = select(text("id")).select_from(text("patient")).order_by(func.fraction(text("id"), 100 + salt))
        ids = list(connection.execute(chosen.limit(count)).scalars())
        parts = {name: ids[place::4] for place, name in enumerate(("first", "second", "third", "fourth"))}
        for statement in CHANGES:
            connection.execute(text(statement), {**parts, "now": world.now})
