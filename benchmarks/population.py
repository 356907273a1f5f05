"""A clinic of a million patients for benchmarks, made by SQL out of hashes of row numbers: always the same one.

The shape follows `../shared/prototypes/set-based-sql/01_load.sql`: 200 branches, eight zones, seven languages of which
three in seven patients speak English. Every patient belongs to one branch, every twentieth to a second one.
"""

from datetime import datetime

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from journeys.foundation.zones import ensure_zones

MILLION = 1_000_000
BRANCHES = 200

ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "Europe/London",
    "Europe/Madrid",
    "Africa/Johannesburg",
    "Asia/Kolkata",
)

FRACTION = """
CREATE FUNCTION fraction(number bigint, salt int) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (hashint8extended(number, salt) & 9007199254740991)::double precision / 9007199254740992 $$
"""
"""A number from 0 up to, not including, 1 that depends on nothing but its arguments."""

PEOPLE = (
    """
    INSERT INTO location (slug, name, status, time_zone)
    SELECT 'branch-' || n, 'Branch ' || n, 'active', 'America/New_York' FROM generate_series(1, :branches) AS n
    """,
    """
    INSERT INTO patient (birth_date, gender, language, time_zone, preferred_channel, payer_class,
                         managing_location_id, deceased, updated_at)
    SELECT date '1930-01-01' + (fraction(n, 1) * 33000)::int,
           CASE WHEN fraction(n, 2) < .5 THEN 'female' WHEN fraction(n, 2) < .99 THEN 'male' ELSE 'unknown' END,
           CASE WHEN fraction(n, 17) > .02
                THEN (ARRAY['en', 'en', 'en', 'es', 'zh', 'vi', 'ar'])[1 + floor(fraction(n, 4) * 7)::int] END,
           (CAST(:zones AS text[]))[1 + floor(fraction(n, 5) * 8)::int],
           CASE WHEN fraction(n, 8) < .6 THEN 'sms' WHEN fraction(n, 8) < .85 THEN 'email' END,
           (ARRAY['self-pay', 'insured', 'insured', 'public'])[1 + floor(fraction(n, 18) * 4)::int],
           branch.id, fraction(n, 9) < .03, CAST(:now AS timestamptz) - fraction(n, 16) * interval '400 days'
    FROM generate_series(1, :patients) AS n
    JOIN location AS branch ON branch.slug = 'branch-' || (1 + floor(fraction(n, 3) * :branches)::int)
    ORDER BY n
    """,
    "INSERT INTO patient_location (patient_id, location_id) SELECT id, managing_location_id FROM patient",
    """
    INSERT INTO patient_location (patient_id, location_id)
    SELECT patient.id, second.id FROM patient
    JOIN location AS second ON second.slug = 'branch-' || (1 + floor(fraction(patient.id, 19) * :branches)::int)
    WHERE patient.id % 20 = 0
    ON CONFLICT DO NOTHING
    """,
)


def make_people(engine: Engine, patients: int, now: datetime) -> None:
    """Branches and patients, without names."""
    values = {"patients": patients, "branches": BRANCHES, "zones": list(ZONES), "now": now}
    with Session(engine) as session, session.begin():
        ensure_zones(session, [*ZONES, "UTC"])
        session.execute(text(FRACTION))
        for statement in PEOPLE:
            session.execute(text(statement), values)
