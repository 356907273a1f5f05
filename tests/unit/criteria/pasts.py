"""Generated worlds: short histories around the moments where rules flip."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from journeys.criteria.fields import RECORDS
from journeys.criteria.fields.base import Record
from journeys.criteria.kinds import CODE, DAY, NUMBER, Facet
from tests.unit.criteria import dice as st
from tests.unit.criteria.custom_fields import CUSTOM
from tests.world import KEPT, LONG_AGO, Row, World

Drawer = Any

ZONES = [
    None,
    "America/New_York",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    # their clocks change at midnight
    "America/Havana",
    "Africa/Cairo",
]
BRANCHES = {"b1": "Asia/Tokyo", "b2": None}
NOWS = [
    dt.datetime(2026, 3, 31, 12, tzinfo=dt.UTC),
    dt.datetime(2026, 3, 8, 4, 30, tzinfo=dt.UTC),
    dt.datetime(2026, 11, 1, 5, 30, tzinfo=dt.UTC),
    dt.datetime(2024, 2, 29, 23, 30, tzinfo=dt.UTC),
    dt.datetime(2026, 4, 23, 22, 0, tzinfo=dt.UTC),
    dt.datetime(2026, 1, 1, 0, 0, tzinfo=dt.UTC),
]
STEPS = [0, 1, 2, 28, 29, 30, 31, 32, 59, 182, 365, 366]
NUMBERS = [0, 1, 2, 2.5, 17, 18, 40]
AGES = [0, 1, 2, 17, 18, 40]
NAMES = {"branch": ["b1", "b2"], "department": ["d1", "d2"], "service_line": ["l1", "l2"], "queue": ["q1", "q2"]}
NAMES["practitioner"] = ["n1", "7c9e6679-7425-40de-944b-e07fc1f90ae7"]
NAMES.update({"organization": ["o1", "o2"], "code_system": ["s1", "s2"], "custom.several": ["a", "b", "c"]})
NAMES["unit"] = ["mm[Hg]", "kPa", "mg/dL", "mmol/L", "of its own"]
NAMES["programme"] = ["g1", "g2"]
NAMES.update({"journey": ["j1", "j2"], "plan_status": ["active", "revoked"], "language": ["es", "en", "fr"]})
VALUE_SETS: dict[str, list[tuple[str | None, str]]] = {
    "of-one-system": [("s1", "a"), ("s2", "c")],
    "of-any-system": [(None, "b"), ("s1", "a")],
    "of-others": [(None, "z")],
}
NAMES.update({"guideline": ["g1", "g2"], "about": ["g3", "g4"], "to_branch": ["b1", "b2"], "owner": ["n1", "n2"]})
WHOLE_NUMBERS = {"interval_days", "sessions_planned", "sessions_done", "tier", "step"}
DUE_REASONS = ["met", "anchor", "unknown-start", "done", "recalled"]
ENDED = {"completed", "revoked", "entered-in-error"}


def worlds(draw: Drawer, kind: str) -> World:
    """A few patients and records of one kind (of consents and numbers, for the facts of a patient)."""
    now = draw(st.sampled_from(NOWS))
    patients = [patient(draw, now, f"p{number}") for number in range(draw(st.integers(3, 6)))]
    world = World(now, patients, branches=dict(BRANCHES), value_sets=VALUE_SETS, custom=CUSTOM)
    people = st.sampled_from([row["name"] for row in patients])
    if kind in RECORDS:
        rows = [{"patient": draw(people), **record(draw, now, RECORDS[kind])} for _ in range(draw(st.integers(3, 9)))]
        world.records[kind] = {"enrolment": one_active_enrolment, "due_item": one_open_due_item}.get(kind, list)(rows)
        beside = other_kind(kind)
        world.records[beside] = [{"patient": draw(people), **record(draw, now, RECORDS[beside])} for _ in range(4)]
    else:
        world.records["message"] = [
            {"patient": draw(people), **record(draw, now, RECORDS["message"])} for _ in range(draw(st.integers(0, 9)))
        ]
        world.records["consent"] = [{"patient": draw(people), **consent(draw, now)} for _ in range(6)]
        world.records["telecom"] = [{"patient": draw(people), **telecom(draw, now)} for _ in range(6)]
    return world


def other_kind(kind: str) -> str:
    """The kind of the records that are beside those of a kind."""
    return "message" if kind == "appointment" else "appointment"


def patient(draw: Drawer, now: dt.datetime, name: str) -> Row:
    """The facts of a patient; each may be unknown."""
    born = st.builds(
        lambda years, days: birthday(now, years) + dt.timedelta(days=days), st.sampled_from(AGES), st.integers(-3, 3)
    )
    leap_day = st.just(dt.date(2008, 2, 29))
    facts = {
        "birth_date": draw(st.none() | born | leap_day | days(now)),
        "gender": draw(st.sampled_from(["male", "female", "other", "unknown"])),
        "language": draw(st.sampled_from([None, "es", "es-MX", "EN-us", "fr"])),
        "payer_class": draw(st.sampled_from(["self-pay", "insured", "public", "unknown"])),
        "preferred_channel": draw(st.sampled_from([None, "a", "b", "a+b"])),
        "deceased": draw(st.booleans()),
        "time_zone": draw(st.sampled_from(ZONES)),
        "branch": draw(st.sampled_from([None, "b1", "b2"])),
        "known_at": draw(st.sampled_from([None, ["b1"], ["b1", "b2"]])),
        "uid": uuid.uuid5(uuid.NAMESPACE_URL, f"{name} {draw(st.integers(0, 1000))}"),
    }
    return {"name": name, **{key: value for key, value in facts.items() if value is not None}}


def record(draw: Drawer, now: dt.datetime, kind: Record) -> Row:
    """One record with some of its attributes unknown."""
    row: Row = {}
    for name, attribute in kind.attributes.items():
        value = draw(
            st.none() | st.sampled_from(values_of(name, attribute.facet(), kind.not_counted))
            if attribute.kind in {CODE, NUMBER}
            else st.none() | (days(now) if attribute.kind == DAY else instants(now))
        )
        if value is not None:
            row[name] = value
    if kind.name in (*KEPT, "medication_request"):
        row["do_not_perform"] = draw(st.booleans())
    return mended(kind.name, row)


def values_of(name: str, facet: Facet, not_counted: tuple[str, ...] = ()) -> list[Any]:
    """The values that rows and rules take for a code or number: few, so that they meet."""
    if facet.kind == NUMBER:
        return [1, 2, 18] if name in WHOLE_NUMBERS else [Decimal(str(number)) for number in NUMBERS]
    if facet.choices:
        return [*facet.choices, *(not_counted if name == "status" else ())]
    return NAMES.get(name, ["a", "b"])


def mended(kind: str, row: Row) -> Row:
    """The record as the database's constraints allow it."""
    for first, last in (
        ("start_at", "end_at"),
        ("starts_at", "ends_at"),
        ("from_at", "until_at"),
        ("valid_from", "valid_until"),
    ):
        if first in row and last in row and row[last] < row[first]:
            del row[last]
    if kind == "message":
        mend_message(row)
    if kind == "task":
        row.setdefault("queue", "q1")
        status = row.setdefault("status", "requested")
        if status == "completed":
            row.setdefault("completed_at", LONG_AGO)
        else:
            row.pop("completed_at", None)
            row.pop("outcome", None)
    mend = {
        "enrolment": mend_enrolment,
        "referral": mend_referral,
        "due_item": mend_due_item,
        "diagnostic_report": mend_report,
        "service_request": mend_order,
    }
    mend.get(kind, dict)(row)
    return row


def mend_message(row: Row) -> None:
    """Who came in was received, what left has a time, what is held has reasons (none here are), what was answered was
    asked."""
    row.setdefault("channel", "a")
    row.setdefault("purpose", "care")
    row.setdefault("planned_at", row.get("sent_at", LONG_AGO))
    if row.get("status", "accepted") == "held":
        row["status"] = "planned"
    if row.get("direction") == "inbound" or row.get("status") == "received":
        row.update(direction="inbound", status="received")
    if "answer_number" in row or "answer_date" in row:
        row.setdefault("question", "a")
        row.setdefault("answered_at", LONG_AGO)


def mend_referral(row: Row) -> None:
    """What comes to us is no draft; the database knows since when every referral stands where it does."""
    if row.get("status") == "draft":
        row.pop("direction", None)
    row.setdefault("last_progress_at", LONG_AGO)


def mend_due_item(row: Row) -> None:
    """Of a guideline or a recall; its reason fits its status, its dates are in order, what ended has an outcome."""
    row.pop("recalled_at", None) if "guideline" in row else row.setdefault("recalled_at", LONG_AGO)
    row.setdefault("status_at", LONG_AGO)
    row.setdefault("queue", "q1")
    status = row.setdefault("status", "satisfied")
    if status == "ended":
        row["closed_at"] = max(row.get("closed_at", LONG_AGO), row.get("opened_at", LONG_AGO))
        row.setdefault("outcome", "left")
    else:
        row.pop("closed_at", None)
        row.pop("outcome", None)
    reasons = {"excluded": ["exclusion", "deceased"], "not-actionable": ["refused", "booked"]}.get(status, DUE_REASONS)
    if row.get("reason") not in reasons:
        row["reason"] = reasons[0]
    if row["reason"] == "refused":
        row.setdefault("refused_until", LONG_AGO.date())
    if status not in {"satisfied", "excluded", "ended"} or {"opens_on", "overdue_on"} & set(row):
        day = row.setdefault("due_on", LONG_AGO.date())
        row["opens_on"] = min(day, row.get("opens_on", day))
        row["overdue_on"] = max(day, row.get("overdue_on", day))
    else:
        row.pop("due_on", None)


def mend_report(row: Row) -> None:
    """Nobody told the patient what nobody acknowledged; whether it came as news decides what it waits for."""
    row["needs_review"] = "waits_for" in row
    row.pop("waits_for", None)
    if "informed_at" in row:
        row.setdefault("acknowledged_at", LONG_AGO)


def mend_order(row: Row) -> None:
    """How far it has come follows from what its source says, its place from the others of its day."""
    status = {"undone": "active", "over": "revoked"}.get(row.pop("progress", ""))
    row.update({"status": status} if status else {})
    row.pop("place_of_day", None)


def mend_enrolment(row: Row) -> None:
    """Ended enrolments have a time and a reason, others have neither."""
    row.setdefault("journey", "j1")
    if row.setdefault("status", "active") in ENDED:
        row.setdefault("ended_at", LONG_AGO)
        row.setdefault("ended_reason", "a")
    else:
        row.pop("ended_at", None)
        row.pop("ended_reason", None)


def one_active_enrolment(rows: list[Row]) -> list[Row]:
    """At most one enrolment of a patient in a journey is not ended."""
    kept: list[Row] = []
    active: set[tuple[str, str]] = set()
    for row in rows:
        key = (row["patient"], row["journey"])
        if row["status"] in ENDED or key not in active:
            kept.append(row)
        if row["status"] not in ENDED:
            active.add(key)
    return kept


def one_open_due_item(rows: list[Row]) -> list[Row]:
    """At most one occurrence of a guideline is open for a patient."""
    taken: set[tuple[str, str]] = set()
    kept = []
    for row in rows:
        key = (row["patient"], row.get("guideline", ""))
        if row["status"] == "ended" or "guideline" not in row or key not in taken:
            kept.append(row)
        if row["status"] != "ended":
            taken.add(key)
    return kept


def consent(draw: Drawer, now: dt.datetime) -> Row:
    """A statement of consent."""
    row = {
        "decision": draw(st.sampled_from(["permit", "deny"])),
        "purpose": draw(st.sampled_from([None, "care", "promotional"])),
        "channel": draw(st.sampled_from([None, "a", "b"])),
        "from_at": draw(instants(now)),
        "until_at": draw(st.none() | instants(now)),
    }
    return mended("consent", {key: value for key, value in row.items() if value is not None})


def telecom(draw: Drawer, now: dt.datetime) -> Row:
    """A number or address."""
    row = {
        "system": draw(st.sampled_from(["phone", "email"])),
        "status": draw(st.sampled_from(["usable", "bounced"])),
        "use": draw(st.sampled_from([None, "home", "old"])),
        "valid_from": draw(st.none() | instants(now)),
        "valid_until": draw(st.none() | instants(now)),
    }
    return mended("telecom", {key: value for key, value in row.items() if value is not None})


def birthday(now: dt.datetime, years: int) -> dt.date:
    """The day on which somebody who is so old today was born; 1 March where there was no 29 February."""
    leaps = now.month == 2 and now.day == 29 and years % 4
    return dt.date(now.year - years, 3, 1) if leaps else now.date().replace(year=now.year - years)


def day_near(now: dt.datetime, steps: int) -> dt.date:
    """A day so many days from now."""
    return now.date() + dt.timedelta(days=steps)


def days(now: dt.datetime) -> st.SearchStrategy[dt.date]:
    """Days around the edges of the spans."""
    return st.builds(lambda step, sign, off: day_near(now, sign * step + off), st.sampled_from(STEPS), SIGN, NEAR)


def instants(now: dt.datetime) -> st.SearchStrategy[dt.datetime]:
    """Instants around the edges of the spans, near midnight in one zone or another."""

    def instant(step: int, sign: int, hours: int, minutes: int) -> dt.datetime:
        return now + dt.timedelta(days=sign * step, hours=hours, minutes=minutes)

    return st.builds(instant, st.sampled_from(STEPS), SIGN, st.integers(-26, 26), st.sampled_from([-30, -1, 0, 0, 30]))


SIGN = st.sampled_from([-1, 1])
NEAR = st.integers(-2, 2)
