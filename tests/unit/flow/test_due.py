"""What is due is found by an index that knows nothing of finished enrolments and of old versions.

The very statement that claims reads as many pages among 240,000 finished enrolments of 3,000 versions as among none."""

import json
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.dialects import postgresql

from journeys.flow.running.advance import CLAIM, claim
from journeys.foundation.database import OWNER, connect
from journeys.foundation.lanes import ALL_LANES
from journeys.store.enrolments import Enrolment
from journeys.worker.sweep import questions
from tests.unit.flow.clinic import a_journey, a_step

pytestmark = [pytest.mark.store, pytest.mark.slow]

JOURNEY = a_journey({"pause": a_step("wait", "end", for_={"days": 7}), "end": a_step("end")})
EXPLAIN = "EXPLAIN (ANALYZE, BUFFERS, TIMING off, FORMAT JSON) "

VERSIONS = text(
    "INSERT INTO definition_version (definition_id, number, format, content, checksum, published_at, published_by)"
    " SELECT definition_id, number + place, format, content, checksum, published_at, published_by"
    " FROM definition_version CROSS JOIN generate_series(1, 3000) AS place WHERE id = :version"
)
FINISHED = text(
    "INSERT INTO enrolment (patient_id, lane, definition_id, version_id, status, entered_at, entered_by,"
    " step_entered_at, ended_at, ended_reason)"
    " SELECT patient_id, lane, definition_id, version.id, 'completed', entered_at, entered_by, step_entered_at,"
    " entered_at, 'end' FROM enrolment JOIN definition_version AS version USING (definition_id)"
    " CROSS JOIN generate_series(1, 4) WHERE enrolment.ended_at IS NULL"
)


def explained(clinic, sent, parameters):
    """(indexes used, tables read whole, pages looked at) of one statement, which is then taken back."""
    with clinic.sessions() as session:
        session.execute(text("SELECT set_config('waymark.locations', '*', true)"))
        found = session.connection().exec_driver_sql(EXPLAIN + sent, parameters).scalar_one()
        session.rollback()
    [plan] = json.loads(found) if isinstance(found, str) else found
    indexes, whole = set(), set()

    def walk(node):
        if "Index Name" in node:
            indexes.add(node["Index Name"])
        if node["Node Type"] == "Seq Scan":
            whole.add(node["Relation Name"])
        for child in node.get("Plans", ()):
            walk(child)

    walk(plan["Plan"])
    return indexes, whole, plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]


@contextmanager
def overheard(clinic):
    """What is sent to the database inside the block: (statement, parameters)."""
    sent = []

    def hear(_connection, _cursor, statement, parameters, *_):
        sent.append((statement, parameters))

    engine = clinic.sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", hear)
    yield sent
    event.remove(engine, "before_cursor_execute", hear)


def the_claim(clinic):
    """The statement with which `advance` claims, as it is sent; what it locks is let go again."""
    with overheard(clinic) as sent, clinic.sessions() as session:
        claimed = claim(session, clinic.act(), ALL_LANES, CLAIM)
        session.rollback()
    assert sum(len(group.ids) for group in claimed) == 20
    [claiming] = [each for each in sent if "FOR UPDATE" in each[0]]
    return claiming


def the_sweep(clinic):
    """The question whether anything is due."""
    asked = select(questions(clinic.now)["advance"])
    return str(asked.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})), {}


def test_thousands_of_versions_and_finished_enrolments_do_not_slow_what_is_due(clinic, database):
    clinic.people(20)
    version = clinic.publish(JOURNEY)
    clinic.enrol()
    clinic.run()
    begun, due_at = clinic.now, clinic.enrolment(id=clinic.all(Enrolment)[0].id).due_at
    clinic.now = due_at
    statements = (the_claim(clinic), the_sweep(clinic))
    before = [explained(clinic, *statement)[2] for statement in statements]
    clinic.now = begun
    clinic.do(lambda session, _: session.execute(VERSIONS, {"version": version.id}))
    clinic.do(lambda session, _: session.execute(FINISHED))
    owner = connect(database.owner_url, OWNER)
    with owner.begin() as connection:
        connection.execute(text("ANALYZE enrolment"))
        assert connection.scalar(text("SELECT count(*) FROM enrolment WHERE ended_at IS NOT NULL")) > 240_000
    owner.dispose()
    clinic.now = due_at
    assert the_claim(clinic) == statements[0]
    for statement, pages in zip(statements, before, strict=True):
        indexes, whole, now_looked_at = explained(clinic, *statement)
        assert indexes == {"ix_enrolment_due"}
        assert whole == set()
        # one page more than before where the index has grown a level
        assert now_looked_at <= pages + 1
    assert clinic.advance() == 20
