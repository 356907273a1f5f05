"""What the ten statements of `care_hand` are written around: who is meant, what satisfied them last, what is booked or
refused, and then the dates and the status that follow."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from benchmarks.population import ZONES
from journeys.care.guidelines.difference import KEPT

BORN = (7, 21, 40, 45, 65, 66, 75, 76)
EDGES = {
    "year_ago": relativedelta(years=-1),
    "ten_years_ago": relativedelta(years=-10),
    "in_21": relativedelta(days=22),
    "in_60": relativedelta(days=61),
}
COLUMNS = {
    "zone": "text PRIMARY KEY",
    "today": "date",
    **{f"born_{years}": "date" for years in BORN},
    **dict.fromkeys(EDGES, "timestamptz"),
}


def edges(now: datetime) -> list[dict[str, Any]]:
    """The relation `edge`: where the days begin that guidelines compare with."""
    return [edges_of(zone, now) for zone in (*ZONES, "UTC")]


def edges_of(zone: str, now: datetime) -> dict[str, Any]:
    """The same of one zone."""
    today = now.astimezone(ZoneInfo(zone)).date()
    born = {f"born_{years}": today - relativedelta(years=years) for years in BORN}
    begins = {name: datetime.combine(today + span, time(), ZoneInfo(zone)) for name, span in EDGES.items()}
    return {"zone": zone, "today": today, **born, **begins}


@dataclass(frozen=True)
class Hand:
    """What one guideline has of its own, over `p` (the patient) with `e` (their zone's edges), or over `who`."""

    population: str
    met: str
    joins: str = ""
    excluded_by: str = "NULL::int"
    tier: str = "NULL::int"
    severity: str = "'moderate'"
    anchor: str = "NULL::int"
    started_on: str = "NULL::date"
    anchor_record_id: str = "NULL::bigint"
    wins: str = "false"
    again: str = "NULL::date"
    due: str = "CASE WHEN {is_started} THEN anchor_on ELSE again_on END"
    step: str = "NULL::int"
    soon: str = "30 days"
    overdue: str = "60 days"
    booked: str = "in_60"


IS_STARTED = "(met_on IS NULL OR wins AND anchor_on - 28 > met_on AND anchor_on - 28 <= again_on)"

STATEMENT = """
WITH who AS (
  SELECT p.id AS patient_id, p.recorded_at, p.birth_date, p.deceased, e.*
  FROM patient AS p LEFT JOIN location AS home ON home.id = p.managing_location_id
  LEFT JOIN edge AS e ON e.zone = coalesce(p.time_zone, home.time_zone, 'UTC')
  WHERE p.merged_into_id IS NULL AND {population}
), met AS ({met}
), known AS (
  SELECT who.*, met.place AS met, met.day AS met_on, met.record_id AS met_record_id,
         booked.patient_id IS NOT NULL AS is_booked,
         CASE WHEN refused.until_on > today THEN refused.until_on END AS refused_until, {tier} AS tier,
         {excluded_by} AS excluded_by, {anchor} AS anchor, {anchor_record_id} AS anchor_record_id, {wins} AS wins,
         coalesce({started_on}, (recorded_at AT TIME ZONE zone)::date) AS anchor_on, {again} AS again_on{counted}
  FROM who LEFT JOIN met ON met.patient_id = who.patient_id
  LEFT JOIN (
    SELECT DISTINCT a.patient_id FROM appointment AS a JOIN who ON who.patient_id = a.patient_id
    WHERE a.status IN ('pending', 'booked', 'arrived', 'checked-in') AND a.start_at >= :now AND a.start_at < {booked}
  ) AS booked ON booked.patient_id = who.patient_id
  LEFT JOIN (
    SELECT patient_id, max(until_on) AS until_on FROM due_refusal
    WHERE guideline_id = :guideline AND refused_at <= :now AND (withdrawn_at IS NULL OR withdrawn_at > :now)
    GROUP BY patient_id
  ) AS refused ON refused.patient_id = who.patient_id{joins}
), due AS (
  SELECT *, {due} AS due_on, {step} AS step, {from_event} AS from_event FROM known
), dated AS (
  SELECT *, (due_on - interval '{soon}')::date AS opens_on, (due_on + interval '{overdue}')::date AS overdue_on,
         CASE WHEN from_event THEN 'met' WHEN anchor IS NULL THEN 'unknown-start' ELSE 'anchor' END AS counted
  FROM due
), judged AS (
  SELECT *, {severity} AS severity,
         CASE WHEN deceased OR excluded_by IS NOT NULL THEN 'excluded' WHEN due_on IS NULL THEN 'satisfied'
              WHEN today < opens_on THEN CASE WHEN met IS NULL THEN 'not-due' ELSE 'satisfied' END
              WHEN refused_until IS NOT NULL OR is_booked AND today < overdue_on THEN 'not-actionable'
              WHEN today < due_on THEN 'soon-due' WHEN today < overdue_on THEN 'due' ELSE 'overdue' END AS status,
         CASE WHEN deceased THEN 'deceased' WHEN excluded_by IS NOT NULL THEN 'exclusion'
              WHEN due_on IS NULL THEN 'done'
              WHEN today < opens_on THEN counted WHEN refused_until IS NOT NULL THEN 'refused'
              WHEN is_booked AND today < overdue_on THEN 'booked' ELSE counted END AS reason
  FROM dated
), kept AS (
  SELECT *, CASE WHEN status IN ('not-due', 'satisfied') THEN opens_on WHEN status = 'soon-due' THEN due_on
                 WHEN status = 'due' THEN overdue_on WHEN reason = 'refused' THEN refused_until
                 WHEN status = 'not-actionable' THEN today + 1 END AS next_on
  FROM judged
)
SELECT patient_id, {columns} FROM kept
"""


def statement_of(hand: Hand) -> str:
    """The whole SELECT of one guideline; `:now`, `:guideline` are to be given."""
    parts = {name: value for name, value in vars(hand).items() if name not in ("again", "due")}
    from_event = "false" if hand.again == "NULL::date" else f"NOT {IS_STARTED}"
    due = hand.due.format(is_started=IS_STARTED)
    counted = ", done.days, done.last_day" if "AS done" in hand.joins else ""
    columns = ", ".join(KEPT)
    return STATEMENT.format(**parts, again=hand.again, due=due, from_event=from_event, counted=counted, columns=columns)
