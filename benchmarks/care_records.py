"""What guidelines look at, for the people of `population`: conditions, findings, procedures, visits, vaccines,
medicines, appointments, plans and reports, by SQL out of hashes of row numbers. One record in four or five is of a kind
that some guideline names; the others are there to be passed over, as in life."""

from datetime import datetime

from sqlalchemy import Engine, text

from benchmarks.base import analyse
from benchmarks.records import fill

LOINC, SNOMED, CVX = "http://loinc.org", "http://snomed.info/sct", "http://hl7.org/fhir/sid/cvx"

CONDITIONS = (
    (0.06, ("38341003", "59621000")),
    (0.09, ("73211009", "44054006")),
    (0.12, ("35489007", "48694002", "197480006")),
    (0.123, ("363406005", "109838007")),
    (0.125, ("27865001",)),
    (0.128, ("116140006",)),
)
FINDINGS = (
    (0.08, ("4548-4", "4549-2", "17856-6")),
    (0.22, ("85354-9", "55284-4")),
    (0.24, ("24606-6",)),
    (0.26, ("10524-7", "19762-4")),
    (0.27, ("21440-3", "77379-6")),
    (0.3, ("2335-8", "14563-1")),
    (0.31, ("77353-1", "77354-9")),
    (0.35, ("44261-6", "55758-7", "44249-1")),
)
PROCEDURES = (
    (0.05, ("73761001", "444783004")),
    (0.07, ("44441009", "396226005")),
    (0.11, ("24623002", "71651007")),
    (0.14, ("171149006",)),
    (0.19, ("76009000", "41976001", "18286008")),
    (0.24, ("182836005", "719329004")),
    (0.243, ("27865001", "116140006")),
)
VISITS = (
    (0.004, ("305336008", "385763009")),
    (0.03, ("182836005", "719329004")),
    (0.09, ("305922005", "185317003", "88848003")),
)
REPORTS = ((0.1, ("24606-6",)),)


def code(shares: tuple[tuple[float, tuple[str, ...]], ...], salt: int, others: str) -> str:
    """SQL: a code by its share of the rows numbered `n`, or one of sixty that mean nothing here."""
    whens = " ".join(
        f"WHEN fraction(n, {salt}) < {bound} THEN"
        f" (ARRAY[{', '.join(repr(each) for each in codes)}])[1 + floor(fraction(n, {salt + 1}) * {len(codes)})::int]"
        for bound, codes in shares
    )
    return f"CASE {whens} ELSE '{others}' || floor(power(fraction(n, {salt + 1}), 1.5) * 60)::int END"


def before(days: int, salt: int) -> str:
    """SQL: a moment in the days before now."""
    return f"CAST(:now AS timestamptz) - fraction(n, {salt}) * interval '{days} days'"


def rows(count: str, salt: int) -> str:
    """SQL: so many numbered rows of patients drawn at random."""
    return (
        f"(SELECT n, 1 + floor(fraction(n, {salt}) * :patients)::bigint AS patient FROM"
        f" generate_series(1, {count}) AS n) AS made"
    )


TABLES = {
    "condition": f"""
        INSERT INTO condition (patient_id, status, verification_status, code_system, code, onset_at, asserted_at)
        SELECT patient, CASE WHEN fraction(n, 104) < .8 THEN 'active' WHEN fraction(n, 104) < .95 THEN 'resolved'
                             ELSE 'recurrence' END,
               CASE WHEN fraction(n, 105) < .01 THEN 'refuted' END, '{SNOMED}', {code(CONDITIONS, 102, "X")},
               CASE WHEN fraction(n, 106) > .03 THEN {before(4000, 107)} END,
               CASE WHEN fraction(n, 106) < .02 THEN {before(1000, 107)} END
        FROM {rows("5 * :patients / 2", 101)}
    """,
    "observation": f"""
        INSERT INTO observation (patient_id, status, code_system, code, effective_at, value_number, value_unit)
        SELECT patient, CASE WHEN fraction(n, 114) < .95 THEN 'final' WHEN fraction(n, 114) < .98 THEN 'preliminary'
                             ELSE 'cancelled' END, '{LOINC}', {code(FINDINGS, 112, "O")},
               CASE WHEN fraction(n, 115) > .005 THEN {before(1500, 116)} END,
               CASE WHEN fraction(n, 117) > .05 THEN round(4 + fraction(n, 118)::numeric * 8, 1) END, '%'
        FROM {rows("6 * :patients", 111)}
    """,
    "procedure": f"""
        INSERT INTO procedure (patient_id, status, code_system, code, performed_at)
        SELECT patient, CASE WHEN fraction(n, 124) < .9 THEN 'completed' WHEN fraction(n, 124) < .95 THEN 'not-done'
                             ELSE 'in-progress' END, '{SNOMED}', {code(PROCEDURES, 122, "P")}, {before(3000, 125)}
        FROM {rows(":patients", 121)}
    """,
    "encounter": f"""
        INSERT INTO encounter (patient_id, status, class_code, code_system, code, start_at)
        SELECT patient, CASE WHEN fraction(n, 134) < .9 THEN 'finished' WHEN fraction(n, 134) < .92 THEN 'in-progress'
                             ELSE 'cancelled' END, 'AMB', '{SNOMED}', {code(VISITS, 132, "V")}, {before(1800, 135)}
        FROM {rows("4 * :patients", 131)}
    """,
    "medication_request": f"""
        INSERT INTO medication_request (patient_id, status, code_system, code, authored_at)
        SELECT 1 + floor(power(fraction(n, 141), 2) * :patients)::bigint,
               CASE WHEN fraction(n, 142) < .6 THEN 'active' ELSE 'completed' END, '{SNOMED}',
               'M' || floor(fraction(n, 143) * 200)::int, {before(1000, 144)}
        FROM generate_series(1, 3 * :patients / 2) AS n
    """,
    "appointment": f"""
        INSERT INTO appointment (patient_id, status, code, start_at, end_at)
        SELECT patient, CASE WHEN fraction(n, 152) > .8 THEN 'cancelled' WHEN at > :now THEN 'booked'
                             WHEN fraction(n, 152) < .7 THEN 'fulfilled' ELSE 'noshow' END, 'check', at, at
        FROM (SELECT n, patient, {before(500, 153)} + interval '90 days' AS at FROM {rows(":patients", 151)}) AS timed
    """,
    "immunization": f"""
        INSERT INTO immunization (patient_id, status, code_system, code, occurrence_at)
        SELECT id, CASE WHEN fraction(n, 162) < .95 THEN 'completed' ELSE 'not-done' END, '{CVX}',
               CASE WHEN fraction(n, 163) < .7 THEN '20' ELSE '141' END,
               least(birth_date + interval '2 months' + fraction(n, 164) * interval '5 years', :now)
        FROM (SELECT id, birth_date, id * 8 + dose AS n FROM patient, generate_series(1, 6) AS dose
              WHERE birth_date > date '2012-01-01') AS doses
    """,
    "care_plan": """
        INSERT INTO care_plan (patient_id, status, start_at)
        SELECT id, CASE WHEN fraction(id, 172) < .8 THEN 'active' ELSE 'completed' END,
               CAST(:now AS timestamptz) - interval '1 year'
        FROM patient WHERE fraction(id, 171) < .15 ORDER BY id
    """,
    "care_plan_activity": """
        INSERT INTO care_plan_activity (patient_id, care_plan_id, position, status, code_system, code, due_on)
        SELECT patient_id, id, place, CASE WHEN fraction(id * 4 + place, 173) < .6 THEN 'not-started'
                                           ELSE 'completed' END, 'http://snomed.info/sct',
               CASE WHEN fraction(id * 4 + place, 174) < .7 THEN '75367002' ELSE '1234' END,
               CAST(CAST(:now AS timestamptz) - interval '150 days' AS date)
               + (fraction(id * 4 + place, 175) * 300)::int
        FROM care_plan, generate_series(1, 3) AS place
    """,
    "diagnostic_report": f"""
        INSERT INTO diagnostic_report (patient_id, status, code_system, code, effective_at)
        SELECT patient, CASE WHEN fraction(n, 184) < .9 THEN 'final' ELSE 'preliminary' END, '{LOINC}',
               {code(REPORTS, 182, "R")}, {before(1500, 185)}
        FROM {rows(":patients / 3", 181)}
    """,
}
"""Table → its rows."""


def make_care_records(engine: Engine, patients: int, now: datetime) -> None:
    """The rows of every table; neither foreign keys nor marks of changes are written for them."""
    values = {"patients": patients, "now": now}
    for table, statement in TABLES.items():
        given = {name: value for name, value in values.items() if f":{name}" in statement}
        with engine.connect() as connection, connection.begin():
            fill(connection, table, statement, given)
    analyse(engine)


REFUSALS = """
    INSERT INTO due_refusal (patient_id, guideline_id, refused_at, until_on, reason, recorded_by)
    SELECT patient.id, definition.id, CAST(:now AS timestamptz) - interval '10 days',
           CAST(:now AS date) + (fraction(patient.id, 192) * 100)::int - 20, 'declined', 'benchmark'
    FROM patient JOIN definition ON definition.kind = 'guideline'
    WHERE fraction(patient.id * 16 + definition.id % 16, 191) < .005
"""


def make_refusals(engine: Engine, now: datetime) -> None:
    """One patient in two hundred refuses each guideline, some until a day that has passed."""
    with engine.begin() as connection:
        connection.execute(text(REFUSALS), {"now": now})
