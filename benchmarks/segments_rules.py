"""Five rules of rising difficulty (`../shared/reference/performance.md` 1a): as our language has them, and as somebody
who knows the tables and PostgreSQL well would write them by hand, with the same meaning.

The same meaning: local days of each patient's zone, the newest statement of consent, values of custom fields that may
be unknown, records that were refuted left out. By hand, the edges of the local days stand in a small relation `local`,
and the earliest edge of all zones stands beside each as a constant, so that indexes and hashes stay small. What is
counted is counted before it is joined, and alternatives on large tables are a UNION: with OR, PostgreSQL would read
them for each patient as soon as they are too many for its memory.
"""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from benchmarks.population import ZONES

ALIVE = {"field": "deceased", "is": "false"}


def fact(field: str, operator: str, *value: object, **more: object) -> dict:
    return {"field": field, "is": operator, **({"value": value[0]} if value else {}), **more}


def happened(kind: str, *where: dict, **more: object) -> dict:
    return {"happened": kind, "where": list(where), **more}


def ill(*codes: str) -> dict:
    return happened("condition", fact("code", "one_of", list(codes)), fact("status", "is", "active"))


KEPT, BOOKED, MISSED = (fact("status", "is", status) for status in ("fulfilled", "booked", "noshow"))

RULES = {
    "s1": {
        "all": [
            ALIVE,
            ill("C0", "C1"),
            happened("appointment", KEPT),
            {"none": [happened("appointment", KEPT, window={"last": {"months": 6}})]},
            {"none": [happened("appointment", BOOKED, window={"next": {"years": 2}})]},
            fact("consent", "true", of={"purpose": "care", "channel": "sms"}),
        ]
    },
    "s2": {
        "all": [
            ALIVE,
            fact("age", "at_least", 40),
            {
                "any": [
                    ill("C2", "C3", "C4"),
                    {"all": [fact("custom.smoker", "true"), fact("custom.phq9", "more_than", 20)]},
                ]
            },
            {"none": [happened("observation", fact("code", "is", "O5"), window={"last": {"months": 12}})]},
        ]
    },
    "s3": {
        "all": [
            ALIVE,
            happened("appointment", MISSED, window={"last": {"months": 12}}, count={"at_least": 2}),
        ]
    },
    "s4": {
        "all": [
            ALIVE,
            {
                "any": [
                    {
                        "all": [
                            fact("custom.plan", "is", "gold"),
                            {
                                "any": [
                                    fact("language", "is", "es"),
                                    fact("branch", "one_of", [f"branch-{number}" for number in range(10, 41)]),
                                ]
                            },
                        ]
                    },
                    {
                        "all": [
                            fact("custom.programme", "is", "diabetes"),
                            fact("custom.phq9", "at_least", 10),
                            fact("custom.portal-active", "false"),
                        ]
                    },
                ]
            },
            fact("preferred_channel", "known"),
        ]
    },
    "s5": {
        "all": [
            ALIVE,
            {"none": [happened("appointment", KEPT, window={"last": {"months": 18}})]},
            {"none": [happened("message", window={"last": {"days": 90}})]},
        ]
    },
}

COUNTS_AS_CONDITION = "coalesce(c.verification_status, '') NOT IN ('refuted', 'entered-in-error')"
COUNTS = "status <> 'entered-in-error'"
LISTED = "p.merged_into_id IS NULL AND NOT p.deceased AND p.preferred_channel IS NOT NULL"


def in_force(name: str) -> str:
    """By hand: the value of a patient's field holds now."""
    return f"{name}.record_kind = 'patient' AND {name}.until_at IS NULL"


HAND = {
    "s1": f"""
        WITH candidate AS MATERIALIZED (
          SELECT p.id FROM patient AS p JOIN local ON local.zone = p.time_zone
          WHERE p.merged_into_id IS NULL AND NOT p.deceased
          AND EXISTS (SELECT FROM condition AS c WHERE c.patient_id = p.id AND c.code IN ('C0', 'C1')
                      AND c.status = 'active' AND {COUNTS_AS_CONDITION})
          AND EXISTS (SELECT FROM appointment AS a WHERE a.patient_id = p.id AND a.status = 'fulfilled')
          AND NOT EXISTS (SELECT FROM appointment AS a WHERE a.patient_id = p.id AND a.status = 'fulfilled'
                          AND a.start_at >= :months_6 AND a.start_at >= local.months_6 AND a.start_at <= :now)
          AND NOT EXISTS (SELECT FROM appointment AS a WHERE a.patient_id = p.id AND a.status = 'booked'
                          AND a.start_at >= :now AND a.start_at < local.years_2)
        )
        SELECT id AS patient_id FROM candidate
        WHERE (SELECT decision = 'permit' FROM consent AS s WHERE s.patient_id = candidate.id
               AND (s.purpose = 'care' OR s.purpose IS NULL) AND (s.channel = 'sms' OR s.channel IS NULL)
               AND s.from_at <= :now AND (s.until_at IS NULL OR s.until_at > :now)
               ORDER BY s.from_at DESC, s.id DESC LIMIT 1)
    """,
    "s2": f"""
        SELECT p.id AS patient_id FROM patient AS p JOIN local ON local.zone = p.time_zone
        WHERE p.merged_into_id IS NULL AND NOT p.deceased AND p.birth_date <= local.born_40
        AND (p.id IN (SELECT c.patient_id FROM condition AS c WHERE c.code IN ('C2', 'C3', 'C4')
                      AND c.status = 'active' AND {COUNTS_AS_CONDITION})
             OR (p.id IN (SELECT record_id FROM custom_value AS v WHERE v.field = 'smoker'
                          AND v.record_kind = 'patient' AND v.until_at IS NULL AND v.value_flag)
                 AND p.id IN (SELECT record_id FROM custom_value AS v WHERE v.field = 'phq9'
                              AND v.record_kind = 'patient' AND v.until_at IS NULL AND v.value_number > 20)))
        AND NOT EXISTS (SELECT FROM observation AS o WHERE o.patient_id = p.id AND o.code = 'O5'
                        AND o.{COUNTS} AND o.effective_at >= :months_12 AND o.effective_at >= local.months_12
                        AND o.effective_at <= :now)
    """,
    "s3": """
        SELECT often.patient_id
        FROM (SELECT patient_id FROM appointment
              WHERE status = 'noshow' AND start_at >= :months_12 AND start_at <= :now
              GROUP BY patient_id HAVING count(*) >= 2) AS often
        JOIN patient AS p ON p.id = often.patient_id JOIN local ON local.zone = p.time_zone
        WHERE p.merged_into_id IS NULL AND NOT p.deceased
        AND (SELECT count(*) FROM appointment AS a WHERE a.patient_id = often.patient_id AND a.status = 'noshow'
             AND a.start_at >= local.months_12 AND a.start_at <= :now) >= 2
    """,
    "s4": f"""
        SELECT p.id AS patient_id FROM patient AS p
        JOIN custom_value AS plan ON plan.record_id = p.id AND plan.field = 'plan' AND plan.value_code = 'gold'
        WHERE {LISTED} AND {in_force("plan")}
        AND (p.language = 'es' OR p.managing_location_id IN (SELECT id FROM location WHERE slug IN (
                 SELECT 'branch-' || n FROM generate_series(10, 40) AS n)))
        UNION
        SELECT p.id FROM patient AS p
        JOIN custom_value AS programme ON programme.record_id = p.id AND programme.field = 'programme'
        JOIN custom_value AS phq9 ON phq9.record_id = p.id AND phq9.field = 'phq9'
        JOIN custom_value AS portal ON portal.record_id = p.id AND portal.field = 'portal-active'
        WHERE {LISTED} AND {in_force("programme")} AND {in_force("phq9")} AND {in_force("portal")}
        AND programme.value_code = 'diabetes' AND phq9.value_number >= 10 AND NOT portal.value_flag
    """,
    "s5": f"""
        SELECT p.id AS patient_id FROM patient AS p JOIN local ON local.zone = p.time_zone
        WHERE p.merged_into_id IS NULL AND NOT p.deceased
        AND NOT EXISTS (SELECT FROM appointment AS a WHERE a.patient_id = p.id AND a.status = 'fulfilled'
                        AND a.start_at >= :months_18 AND a.start_at >= local.months_18 AND a.start_at <= :now)
        AND NOT EXISTS (SELECT FROM message AS m WHERE m.patient_id = p.id AND m.{COUNTS}
                        AND m.status NOT IN ('planned', 'held', 'released', 'not-done')
                        AND coalesce(m.sent_at, m.planned_at) >= :days_90
                        AND coalesce(m.sent_at, m.planned_at) >= local.days_90
                        AND coalesce(m.sent_at, m.planned_at) <= :now)
    """,
}

EDGES = {
    "months_6": relativedelta(months=-6),
    "months_12": relativedelta(months=-12),
    "months_18": relativedelta(months=-18),
    "days_90": relativedelta(days=-90),
    "years_2": relativedelta(years=2, days=1),
}

LOCAL = "CREATE TABLE local (zone text, born_40 date, {})"


def edges_of(zone: str, now: datetime) -> dict[str, object]:
    """Where the days begin that the rules compare with, in one zone."""
    today = now.astimezone(ZoneInfo(zone)).date()
    edges = {name: beginning(zone, today + span) for name, span in EDGES.items()}
    return {"zone": zone, "born_40": today - relativedelta(years=40), **edges}


def beginning(zone: str, day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


def local_rows(now: datetime) -> list[dict[str, object]]:
    """The relation `local`."""
    return [edges_of(zone, now) for zone in ZONES]


def earliest(rows: list[dict[str, object]], now: datetime) -> dict[str, object]:
    """The parameters of the statements by hand."""
    return {"now": now, **{name: min(row[name] for row in rows) for name in EDGES}}
