"""What happened to the people of `population`: appointments, observations, conditions, consents, messages, and values
of custom fields, by SQL out of hashes of row numbers, with the skew of `01_load.sql` of the prototype."""

from datetime import datetime

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from benchmarks.base import analyse
from journeys.criteria.custom.publish_field import publish_field
from journeys.store.putting_in_force.definitions import FIELD
from journeys.store.putting_in_force.save_draft import save_draft
from tests.make import an_act

TABLES = {
    "appointment": """
        INSERT INTO appointment (patient_id, status, code, start_at, end_at)
        SELECT patient, CASE WHEN at > :now THEN CASE WHEN fraction(n, 23) < .9 THEN 'booked' ELSE 'cancelled' END
                             WHEN fraction(n, 23) < .78 THEN 'fulfilled'
                             WHEN fraction(n, 23) < .88 THEN 'noshow' ELSE 'cancelled' END,
               'kind-' || floor(fraction(n, 24) * 10)::int, at, at
        FROM (SELECT n, 1 + floor(fraction(n, 21) * :patients)::bigint AS patient,
                     CAST(:now AS timestamptz) - interval '5 years'
                     + date_trunc('minute', power(fraction(n, 22), 0.8) * interval '1917 days') AS at
              FROM generate_series(1, 5 * :patients) AS n) AS made
    """,
    "condition": """
        INSERT INTO condition (patient_id, status, code_system, code, onset_at)
        SELECT 1 + floor(fraction(n, 31) * :patients)::bigint,
               CASE WHEN fraction(n, 34) < .85 THEN 'active' ELSE 'resolved' END, 'http://snomed.info/sct',
               'C' || floor(power(fraction(n, 32), 2) * 120)::int,
               CAST(:now AS timestamptz) - fraction(n, 33) * interval '4000 days'
        FROM generate_series(1, 5 * :patients / 2) AS n
    """,
    "observation": """
        INSERT INTO observation (patient_id, status, code_system, code, effective_at, value_number, value_unit)
        SELECT 1 + floor(fraction(n, 41) * :patients)::bigint, 'final', 'http://loinc.org',
               'O' || floor(power(fraction(n, 42), 1.5) * 60)::int,
               CAST(:now AS timestamptz) - fraction(n, 43) * interval '1500 days',
               round(fraction(n, 44)::numeric * 100, 1), '%'
        FROM generate_series(1, 5 * :patients) AS n
    """,
    "consent": """
        INSERT INTO consent (patient_id, decision, purpose, channel, from_at, source, recorded_by)
        SELECT id, CASE WHEN fraction(id * 4 + ord, 51) < granted THEN 'permit' ELSE 'deny' END, 'care', channel,
               CAST(:now AS timestamptz) - interval '1 year', 'form', 'benchmark'
        FROM patient, (VALUES (1, 'sms', .8), (2, 'email', .7)) AS asked(ord, channel, granted)
        WHERE fraction(id * 4 + ord, 52) < .95
    """,
    "message": """
        INSERT INTO message (patient_id, lane, status, purpose, channel, planned_at, sent_at)
        SELECT patient, patient & 255, 'delivered', 'care', 'sms', at, at
        FROM (SELECT 1 + floor(fraction(n, 61) * :patients)::bigint AS patient,
                     CAST(:now AS timestamptz) - fraction(n, 62) * interval '180 days' AS at
              FROM generate_series(1, :patients) AS n) AS made
    """,
}
"""Table → its rows. The prototype had three million messages; here it is one, for the table is far wider."""


def choices(*codes: str) -> list[dict]:
    return [{"code": code, "name": {"en": code}} for code in codes]


FIELDS = {
    "smoker": {"type": "yes-no"},
    "portal-active": {"type": "yes-no"},
    "phq9": {"type": "number", "minimum": 0, "maximum": 27},
    "plan": {"type": "choice", "choices": choices("gold", "silver", "none")},
    "programme": {"type": "choice", "choices": choices("diabetes", "cardiac", "maternity")},
}
STAFF = {"roles": ["staff"], "purposes": ["care"]}
ORDINARY = {"format": 1, "on": "patient", "sensitivity": "ordinary", "see": STAFF, "edit": STAFF}

VALUES = """
INSERT INTO custom_value (patient_id, record_kind, record_id, field, type, version_id, value_flag, value_number,
                          value_code, from_at, recorded_at, recorded_by)
SELECT id, 'patient', id, known.field, known.type, known.version_id,
       CASE known.field WHEN 'smoker' THEN fraction(id, 13) < .2 WHEN 'portal-active' THEN fraction(id, 15) < .4 END,
       CASE known.field WHEN 'phq9' THEN floor(fraction(id, 14) * 28) END,
       CASE known.field WHEN 'plan' THEN (ARRAY['gold', 'silver', 'none'])[1 + floor(fraction(id, 11) * 3)::int]
                        WHEN 'programme'
                        THEN (ARRAY['diabetes', 'cardiac', 'maternity'])[1 + floor(fraction(id, 12) * 3)::int] END,
       CAST(:now AS timestamptz) - interval '1 year', CAST(:now AS timestamptz) - interval '1 year', 'benchmark'
FROM patient, (
  SELECT definition.slug AS field, version.content ->> 'type' AS type, version.id AS version_id,
         CASE definition.slug WHEN 'programme' THEN .5 ELSE .6 END AS share
  FROM definition JOIN definition_version AS version ON version.id = definition.live_version_id
  WHERE definition.kind = 'field'
) AS known
WHERE fraction(id, 70 + hashtext(known.field) % 1000) < known.share
"""
"""Six in ten patients have each value: for the others it is unknown, as it is in life."""

INDEXES = """
SELECT index.relname AS name, owner.relname AS "table", pg_get_indexdef(index.oid) AS definition,
       rule.conname AS rule, pg_get_constraintdef(rule.oid) AS rule_definition
FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid JOIN pg_class AS owner ON owner.oid = indrelid
LEFT JOIN pg_constraint AS rule ON rule.conindid = indexrelid AND rule.contype IN ('u', 'x')
WHERE owner.relname = :table AND NOT indisprimary
ORDER BY index.relname
"""


def make_records(engine: Engine, patients: int, now: datetime) -> None:
    """Fields in force, and the rows of every table. Neither foreign keys nor marks of changes are written for them."""
    with Session(engine) as session, session.begin():
        for slug, facts in FIELDS.items():
            content = {**ORDINARY, "name": {"en": slug.capitalize()}, **facts}
            save_draft(session, an_act(), FIELD, slug, content["name"], content)
            publish_field(session, an_act(), slug)
    values = {"patients": patients, "now": now}
    for table, statement in {**TABLES, "custom_value": VALUES}.items():
        with engine.connect() as connection, connection.begin():
            fill(connection, table, statement, values)
    analyse(engine)


def fill(connection: Connection, table: str, statement: str, values: dict) -> None:
    """Fill one table without its indexes, which are made anew afterwards."""
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
    indexes = connection.execute(text(INDEXES), {"table": table}).all()
    for each in indexes:
        drop = f"ALTER TABLE {table} DROP CONSTRAINT {each.rule}" if each.rule else f"DROP INDEX {each.name}"
        connection.execute(text(drop))
    connection.execute(text(statement), values)
    for each in indexes:
        again = (
            f"ALTER TABLE {table} ADD CONSTRAINT {each.rule} {each.rule_definition}" if each.rule else each.definition
        )
        connection.exec_driver_sql(again)
