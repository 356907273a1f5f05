"""What is due is found by an index that knows nothing of finished enrolments and of old versions."""

import json

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql

from journeys.flow.advance import CLAIM
from journeys.foundation.database import OWNER, connect
from journeys.store.enrolments import Enrolment
from journeys.worker.sweep import questions
from tests.unit.flow.clinic import a_journey, a_step

pytestmark = [pytest.mark.store, pytest.mark.slow]

JOURNEY = a_journey({"pause": a_step("wait", "end", for_={"days": 7}), "end": a_step("end")})

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
    " WHERE enrolment.ended_at IS NULL"
)


def looked_at(clinic, statement):
    """(indexes used, rows and pages looked at) of one statement."""
    compiled = str(statement.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))

    explain = text("EXPLAIN (ANALYZE, BUFFERS, TIMING off, FORMAT JSON) " + compiled.replace(":", "\\:"))
    found = clinic.do(lambda session, _: session.scalar(explain))
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


def test_thousands_of_versions_and_finished_enrolments_do_not_slow_what_is_due(clinic, database):
    clinic.people(20)
    version = clinic.publish(JOURNEY)
    clinic.enrol()
    clinic.run()
    now = clinic.enrolment(id=clinic.all(Enrolment)[0].id).due_at
    due = select(Enrolment.id).where(Enrolment.due_at <= now, Enrolment.status == "active")
    claim = due.order_by(Enrolment.due_at, Enrolment.id).limit(CLAIM)
    asked = select(questions(now)["advance"])
    before = [looked_at(clinic, statement)[2] for statement in (claim, asked)]
    clinic.do(lambda session, _: session.execute(VERSIONS, {"version": version.id}))
    clinic.do(lambda session, _: session.execute(FINISHED))
    owner = connect(database.owner_url, OWNER)
    with owner.begin() as connection:
        connection.execute(text("ANALYZE enrolment"))
        assert connection.scalar(text("SELECT count(*) FROM enrolment WHERE ended_at IS NOT NULL")) > 60_000
    owner.dispose()
    for statement, pages in zip((claim, asked), before, strict=True):
        indexes, whole, now_looked_at = looked_at(clinic, statement)
        assert indexes == {"ix_enrolment_due"}
        assert whole == set()
        assert now_looked_at <= pages + 12
    clinic.now = now
    assert clinic.advance() == 20
