"""Names and phone numbers for the people of `population`: sealed as always, and found through tokens. With it, how a
million of them are loaded in minutes.

Names come from a pool in which few are common: the commonest family name is had by one patient in twenty.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text

from benchmarks.base import analyse
from journeys.foundation.secrets import seal
from journeys.foundation.tokens import PHONE, blind, name_tokens

FAMILIES, GIVEN = 3_000, 800
STARTS = ("B", "Ch", "D", "F", "G", "H", "J", "K", "L", "M", "N", "P", "R", "S", "T", "V", "W", "Y")
MIDDLES = ("a", "e", "i", "o", "u", "ai", "or", "en")
ENDS = ("bert", "ckman", "dley", "ffin", "gan", "lson", "mira", "nova", "quin", "rell", "ssa", "ttle", "vich", "xley")

PEOPLE_IN_PARTS = 50_000

SORTING = """
SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
FROM pg_index WHERE indrelid = ANY (ARRAY['patient', 'patient_location']::regclass[]) AND NOT indisunique
"""

NAMED = """
CREATE TABLE named AS
SELECT id, uid, floor(:families * power(fraction(id, 21), 3))::int AS family,
       floor(:given * power(fraction(id, 22), 3))::int AS given
FROM patient
"""
TOKENS = """
INSERT INTO patient_token (kind, token, patient_id)
SELECT kind, token, named.id FROM named JOIN pool ON pool.part = 'family' AND pool.number = named.family
UNION ALL
SELECT kind, token, named.id FROM named JOIN pool ON pool.part = 'given' AND pool.number = named.given
"""
SEALED = "UPDATE patient SET name_sealed = sealed.name FROM sealed WHERE sealed.id = patient.id"
WITHOUT_INDEXES = (
    "ALTER TABLE patient_token DROP CONSTRAINT pk_patient_token",
    "DROP INDEX ix_patient_token_patient_id",
)
WITH_INDEXES = (
    "ALTER TABLE patient_token ADD CONSTRAINT pk_patient_token PRIMARY KEY (kind, token, patient_id)",
    "CREATE INDEX ix_patient_token_patient_id ON patient_token (patient_id)",
)


def family_name(number: int) -> str:
    """One family name of the pool."""
    end, rest = number % len(ENDS), number // len(ENDS)
    start, middle = rest % len(STARTS), rest // len(STARTS) % len(MIDDLES)
    return STARTS[start] + MIDDLES[middle] + ENDS[end] + "s" * (rest // len(STARTS) // len(MIDDLES))


def given_name(number: int) -> str:
    """One given name of the pool: they begin with vowels, so that nobody has a token twice."""
    return "AEIOU"[number % 5] + family_name(number // 5).lower()


def phone_of(number: int) -> str:
    """The number of a patient by their id."""
    return f"+1646{number % 10_000_000:07d}"


@contextmanager
def loading(engine: Engine) -> Iterator[None]:
    """Load people without triggers, checks of foreign keys and indexes that sort; these are made at the end."""
    name = engine.url.database
    run_alone(engine, f'ALTER DATABASE "{name}" SET session_replication_role = replica')
    engine.dispose()
    with engine.connect() as connection:
        indexes = connection.execute(text(SORTING)).all()
    for index in indexes:
        run_alone(engine, f"DROP INDEX {index.name}")
    yield
    run_alone(engine, "VACUUM (FULL) patient")
    for index in indexes:
        run_alone(engine, "SET maintenance_work_mem = '512MB'", index.definition)
    run_alone(engine, f'ALTER DATABASE "{name}" RESET session_replication_role')
    engine.dispose()
    analyse(engine)


def run_alone(engine: Engine, *statements: str) -> None:
    """Statements of which each is a transaction, on one connection."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))


def name_everybody(engine: Engine) -> None:
    """Give every patient a sealed name, and the tokens of name and number."""
    with engine.connect() as connection, connection.begin():
        for setting in ("work_mem = '256MB'", "maintenance_work_mem = '1GB'"):
            connection.execute(text(f"SET LOCAL {setting}"))
        for statement in WITHOUT_INDEXES:
            connection.execute(text(statement))
        connection.execute(text(NAMED), {"families": FAMILIES, "given": GIVEN})
        copy(connection, "pool (part text, number int, kind text, token bytea)", pool())
        connection.execute(text(TOKENS))
        copy_people(connection)
        connection.execute(text(SEALED))
        for statement in WITH_INDEXES:
            connection.execute(text(statement))


def pool():
    """Every name with each of its tokens."""
    for part, name, count in (("family", family_name, FAMILIES), ("given", given_name, GIVEN)):
        for number in range(count):
            for kind, token in dict.fromkeys(name_tokens(name(number))):
                yield part, number, kind, token


def copy_people(connection) -> None:
    """Sealed names and tokens of numbers, in parts."""
    connection.execute(text("CREATE TABLE sealed (id bigint, name bytea)"))
    last = 0
    while rows := connection.execute(
        text("SELECT id, uid, family, given FROM named WHERE id > :last ORDER BY id LIMIT :most"),
        {"last": last, "most": PEOPLE_IN_PARTS},
    ).all():
        copy_rows(connection, "sealed (id, name)", ((row.id, sealed_name(row)) for row in rows))
        copy_rows(
            connection,
            "patient_token (kind, token, patient_id)",
            ((PHONE, blind(PHONE, phone_of(row.id)), row.id) for row in rows),
        )
        last = rows[-1].id


def sealed_name(row) -> bytes:
    """The name of a row of `named`, as its patient keeps it."""
    return seal(f"{given_name(row.given)} {family_name(row.family)}", "patient", "name", row.uid)


def copy(connection, table: str, rows) -> None:
    """A new table with these rows."""
    connection.execute(text(f"CREATE TABLE {table}"))
    name, _, columns = table.partition(" ")
    names = ", ".join(column.split()[0] for column in columns.strip("()").split(","))
    copy_rows(connection, f"{name} ({names})", rows)


def copy_rows(connection, target: str, rows) -> None:
    """Rows into a table, by COPY."""
    with connection.connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as into:
        for row in rows:
            into.write_row(row)
