"""Segments over 100,000 patients with 300,000 appointments, 200,000 observations and 100,000 conditions.

Each segment's own count is compared with a bare `count(*)` of the patient table in the same round. Goals: the clinic
waits for a count on its screen, and segments are refreshed each minute. `../shared/reference/performance.md` measured
hand-written SQL on raw tables at 6 to 29 bare scans of a narrow fact table (250 to 1,150 ms against 40 ms) and facts
kept per patient at 0.3 to 3.5. This engine reads raw tables still, and its bound scans the wider patient table, so
a simple rule may take 10 bare scans and one that looks for happenings 60.
"""

from collections.abc import Iterator

from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from benchmarks.base import a_cluster, an_engine, analyse, median_ratio, medians, paired, seconds
from journeys.criteria.compile import patients
from journeys.foundation.zones import ensure_zones
from tests.figures import Figure, at_most, told
from tests.make import NOON

PATIENTS = 100_000
TIMES = 3
"""A round measures so many counts: one is short."""

DATA = (
    """
    INSERT INTO patient (gender, birth_date, language, time_zone)
    SELECT CASE n % 2 WHEN 0 THEN 'female' ELSE 'male' END, date '1930-01-01' + (n * 7919 % 30000)::int,
           CASE WHEN n % 5 = 0 THEN 'es' ELSE 'en' END, 'America/New_York'
    FROM generate_series(1, :patients) AS n
    """,
    """
    INSERT INTO condition (patient_id, status, code_system, code, onset_at)
    SELECT id, 'active', 'http://snomed.info/sct', CASE WHEN id % 3 = 0 THEN '59621000' ELSE '44054006' END,
           CAST(:now AS timestamptz) - interval '2 years'
    FROM patient
    """,
    """
    INSERT INTO observation (patient_id, status, code_system, code, effective_at, value_number, value_unit)
    SELECT id, 'final', 'http://loinc.org', CASE n WHEN 1 THEN '4548-4' ELSE '85354-9' END,
           CAST(:now AS timestamptz) - (id * 31 + n * 97) % 720 * interval '1 day', 5 + id % 60 / 10.0, '%'
    FROM patient, generate_series(1, 2) AS n
    """,
    """
    INSERT INTO appointment (patient_id, status, start_at, end_at)
    SELECT id, CASE WHEN id % 8 < n THEN 'noshow' WHEN (id + n) % 7 = 0 THEN 'booked' ELSE 'fulfilled' END, at, at
    FROM patient, generate_series(1, 3) AS n,
         LATERAL (SELECT CAST(:now AS timestamptz) + (((id * 13 + n * 211) % 700) - 640) * interval '1 day') AS t(at)
    """,
)


def fact(field: str, operator: str, value: object) -> dict:
    return {"field": field, "is": operator, "value": value}


def happening(kind: str, where: list[dict], **more: dict) -> dict:
    return {"happened": kind, "where": where, **more}


HYPERTENSION = happening("condition", [fact("code", "one_of", ["59621000"])])
A_YEAR = {"last": {"years": 1}}

SEGMENTS = {
    "facts": ({"all": [fact("age", "at_least", 40), fact("language", "is", "es")]}, 10),
    "overdue": (
        {
            "all": [
                HYPERTENSION,
                {"none": [happening("observation", [fact("code", "one_of", ["85354-9"])], window=A_YEAR)]},
                {"none": [happening("appointment", [fact("status", "is", "booked")], window={"next": {"years": 1}})]},
            ]
        },
        60,
    ),
    "missed-twice": (
        happening("appointment", [fact("status", "is", "noshow")], window=A_YEAR, count={"at_least": 2}),
        60,
    ),
    "high-value": (
        {"all": [happening("observation", [fact("code", "one_of", ["4548-4"]), fact("value", "at_least", 9)])]},
        60,
    ),
}
"""Slug → rule, and how many bare scans it may take."""


def figures() -> Iterator[Figure]:
    """How many bare scans each segment takes, and how many patients it found."""
    with a_cluster() as cluster, an_engine(cluster) as engine:
        make_data(engine)
        bare = select(func.count()).select_from(text("patient"))
        for slug, (rule, goal) in SEGMENTS.items():
            ours = select(func.count()).select_from(patients(rule, NOON).subquery())
            pairs = paired(lambda ours=ours: count(engine, ours), lambda: count(engine, bare))
            yield told(f"segment.{slug}.patients", answer(engine, ours))
            yield told(f"segment.{slug}.milliseconds", 1000 * medians(pairs)[0] / TIMES)
            yield at_most(f"segment.{slug}.bare-scans", median_ratio(pairs), goal)


def make_data(engine: Engine) -> None:
    """Fill the tables and let the planner know them."""
    with Session(engine) as session, session.begin():
        ensure_zones(session, ["America/New_York"])
        for statement in DATA:
            session.execute(text(statement), {"patients": PATIENTS, "now": NOON})
    analyse(engine)


def count(engine: Engine, statement: object) -> float:
    """The seconds of TIMES counts."""
    with engine.connect() as connection:
        return seconds(lambda: [connection.execute(statement) for _ in range(TIMES)])


def answer(engine: Engine, statement: object) -> int:
    """What the count says."""
    with engine.connect() as connection:
        return int(connection.execute(statement).scalar_one())
