"""The clinic of `care`: its tables, ten guidelines of the pack in force, and how each side works out what is due."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Engine, Select, TextualSelect, column, insert, literal, select, text
from sqlalchemy.orm import Session

from benchmarks import base
from benchmarks.base import analyse
from benchmarks.care_hand import by_hand
from benchmarks.care_parts import codes_of
from benchmarks.care_records import make_care_records, make_refusals
from benchmarks.care_statement import COLUMNS, edges
from benchmarks.names import loading, name_everybody
from benchmarks.population import make_people
from config import PROJECT
from journeys.care.guidelines.dating import Looking
from journeys.care.guidelines.difference import DIFFERENCE, HAVE_EMPTY, KEPT, kept_of
from journeys.care.guidelines.in_force import InForce, guidelines_in_force, refusals_at
from journeys.care.guidelines.refresh_due import refresh_due
from journeys.care.guidelines.refresh_guideline import refresh_guideline
from journeys.care.guidelines.standing import standings
from journeys.criteria.known import known
from journeys.flow.events.react import react
from journeys.flow.packs.folder import read_folder
from journeys.flow.packs.load import EVERYTHING, load
from journeys.flow.packs.pack import Pack
from journeys.foundation import database
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.store.tasks import TaskQueue
from tests.make import an_act

Query = Select[Any] | TextualSelect

PACKS = ("segments-core", "guidelines-core")
LEFT_OUT = "antenatal-contacts"
"""The eleventh: ten are asked for, and it is the one whose population nobody would write by hand in a few lines."""

NAMES = ["patient_id", *KEPT]
OTHERS = f"""
SELECT count(*) FROM (
  SELECT FROM pg_temp.due_difference GROUP BY {", ".join(NAMES)}
  HAVING count(*) FILTER (WHERE what = 'compiled') <> count(*) FILTER (WHERE what = 'hand')
) AS others
"""
FOUND, ITEM = (", ".join(f"{side}.{name}" for name in KEPT) for side in ("found", "item"))
CHANGED_BY_HAND = f"""
SELECT found.patient_id, {FOUND} FROM ({{statement}}) AS found
FULL JOIN (SELECT * FROM due_item WHERE guideline_id = :guideline AND closed_at IS NULL) AS item
ON item.patient_id = found.patient_id
WHERE found.patient_id IS NULL OR item.version_id IS DISTINCT FROM :version
   OR ROW({FOUND}) IS DISTINCT FROM ROW({ITEM})
"""


@dataclass
class World:
    """A database with everybody in it, and the moment that it is there."""

    engine: Engine
    now: datetime
    hand: dict[str, str]

    @cached_property
    def guidelines(self) -> dict[str, InForce]:
        """Those in force, by slug."""
        with Session(self.engine) as session:
            return {each.slug: each for each in guidelines_in_force(session)}

    @cached_property
    def house(self) -> House:
        """The worker's."""
        url = self.engine.url.render_as_string(hide_password=False)
        return House(database.sessions(database.connect(url, database.WORKER)), react)

    def act(self) -> Act:
        return Act(self.now, "benchmark", EVERYWHERE)

    def compiled(self, slug: str) -> Query:
        """Where everybody stands, compiled from the guideline."""
        each = self.guidelines[slug]
        with Session(self.engine) as session:
            looking = Looking(self.now, known(session))
            return kept_of(each.guideline, standings(each.guideline, looking, refusals_at(each.id, self.now)))

    def by_hand(self, slug: str) -> Query:
        """The same, written by hand."""
        return self.of_hand(slug, self.hand[slug])

    def changed_by_hand(self, slug: str) -> Query:
        """What of it differs from what is kept."""
        whole = CHANGED_BY_HAND.format(statement=self.hand[slug])
        return self.of_hand(slug, whole, version=self.guidelines[slug].version_id)

    def of_hand(self, slug: str, statement: str, **values: object) -> Query:
        """A statement with what it is about."""
        given = {"now": self.now, "guideline": self.guidelines[slug].id, **values}
        return text(statement).bindparams(**given).columns(*[column(name) for name in NAMES])

    def seconds(self, query: Query) -> float:
        """The processor time of writing down what a query finds."""
        with self.engine.connect() as connection:
            connection.execute(HAVE_EMPTY)
            return base.seconds(lambda: write(connection, query, "row"))

    def rows(self, query: Query) -> int:
        """How many rows a query finds."""
        with self.engine.connect() as connection:
            connection.execute(HAVE_EMPTY)
            return write(connection, query, "row")

    def difference(self, slug: str) -> int:
        """How many rows one side has and the other one has not."""
        with self.engine.connect() as connection:
            connection.execute(HAVE_EMPTY)
            write(connection, self.compiled(slug), "compiled")
            write(connection, self.by_hand(slug), "hand")
            return int(connection.execute(text(OTHERS)).scalar_one())

    def refresh_all(self) -> None:
        """Look at everybody, in every guideline."""
        for slug in self.guidelines:
            assert act(self.house, self.act(), refresh_guideline, slug) is not None, slug

    def refresh_changed(self) -> None:
        """Look at whom a change marked and whom a day has come for."""
        found = act(self.house, self.act(), refresh_due)
        assert not found.whole and not found.is_more, found

    def marked(self) -> int:
        """How many wait to be looked at."""
        with self.engine.connect() as connection:
            return int(connection.execute(text("SELECT count(DISTINCT patient_id) FROM due_mark")).scalar_one())

    def wrong(self, slug: str) -> int:
        """How many occurrences are kept other than by hand."""
        return self.rows(self.changed_by_hand(slug))


def write(connection: Connection, query: Query, what: str) -> int:
    """Write what a query finds into the temporary table of differences."""
    found = query.subquery()
    rows = select(literal(what), *[found.c[name] for name in NAMES])
    into = insert(DIFFERENCE).from_select(["what", *NAMES], rows)
    return int(connection.execute(into, execution_options={"preserve_rowcount": True}).rowcount)


def make_world(engine: Engine, people: int, now: datetime) -> World:
    """Everybody with their names and records; ten guidelines in force, with refusals; nothing worked out yet."""
    packs = [read_folder(PROJECT / "seed" / "packs" / name) for name in PACKS]
    with engine.begin() as connection:
        begun = (now - timedelta(days=400)).isoformat()
        connection.execute(text(f"ALTER TABLE patient ALTER COLUMN recorded_at SET DEFAULT '{begun}'"))
    with loading(engine):
        make_people(engine, people, now)
        name_everybody(engine)
    make_care_records(engine, people, now)
    put_in_force(engine, packs)
    make_refusals(engine, now)
    keep_edges(engine, now)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM due_mark"))
    analyse(engine)
    return World(engine, now, by_hand(codes_of(packs)))


def put_in_force(engine: Engine, packs: list[Pack]) -> None:
    """Queues, value sets, segments and guidelines."""
    with Session(engine) as session, session.begin():
        session.add_all([TaskQueue(slug=slug, name={"en": slug}) for slug in ("recall", "nurse")])
        for pack in packs:
            kept = {part: content for part, content in pack.parts.items() if part[1] != LEFT_OUT}
            load(session, an_act(), dataclasses.replace(pack, parts=kept), EVERYTHING)


def keep_edges(engine: Engine, now: datetime) -> None:
    """The relation that statements by hand look local days up in."""
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    values = ", ".join(f":{name}" for name in COLUMNS)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS edge"))
        connection.execute(text(f"CREATE TABLE edge ({columns})"))
        connection.execute(text(f"INSERT INTO edge ({', '.join(COLUMNS)}) VALUES ({values})"), edges(now))
        connection.execute(text("ANALYZE edge"))


CHANGES = (
    """
    INSERT INTO observation (patient_id, status, code_system, code, effective_at, value_number, value_unit)
    SELECT unnest(CAST(:first AS bigint[])), 'final', 'http://loinc.org', '85354-9', :now, 6.5, '%'
    """,
    """
    INSERT INTO procedure (patient_id, status, code_system, code, performed_at)
    SELECT unnest(CAST(:second AS bigint[])), 'completed', 'http://snomed.info/sct', '73761001', :now
    """,
    """
    INSERT INTO appointment (patient_id, status, code, start_at, end_at)
    SELECT id, 'booked', 'check', at, at
    FROM unnest(CAST(:third AS bigint[])) AS id, (SELECT CAST(:now AS timestamptz) + interval '20 days' AS at) AS soon
    """,
    """
    INSERT INTO condition (patient_id, status, code_system, code, onset_at)
    SELECT unnest(CAST(:fourth AS bigint[])), 'active', 'http://snomed.info/sct', '44054006', :now
    """,
)


def change_patients(world: World, count: int, salt: int) -> None:
    """Change so many patients as the EMR does, a quarter in each way; triggers mark them."""
    with world.engine.begin() as connection:
        chosen = text(f"SELECT id FROM patient ORDER BY fraction(id, {200 + salt}) LIMIT {count}")
        ids = list(connection.execute(chosen).scalars())
        parts = {name: ids[place::4] for place, name in enumerate(("first", "second", "third", "fourth"))}
        for statement in CHANGES:
            connection.execute(text(statement), {**parts, "now": world.now})
