"""What the oracle knows of records, units and days."""

import calendar
import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Context, Decimal
from pathlib import Path
from typing import Any

import yaml

from tests.world import KEPT, Row

Rule = Mapping[str, Any]
Truth = bool | None

DATES = {
    "appointment": "start_at",
    "care_plan_activity": "due_on",
    "condition": "onset_at",
    "diagnostic_report": "effective_at",
    "due_item": "due_on",
    "encounter": "start_at",
    "episode": "start_at",
    "enrolment": "entered_at",
    "immunization": "occurrence_at",
    "medication_request": "authored_at",
    "message": "sent_at",
    "observation": "effective_at",
    "procedure": "performed_at",
    "referral": "ordered_at",
    "request": "received_at",
    "task": "created_at",
    "treatment_course": "start_at",
    **dict.fromkeys(KEPT, "at"),
}
SINCE = {"medication_request": "starts_at", **dict.fromkeys(KEPT, "starts_at")}
UNTIL = {
    "condition": "abatement_at",
    "encounter": "end_at",
    "medication_request": "ends_at",
    "observation": "effective_until",
    "procedure": "performed_until",
    **dict.fromkeys(KEPT, "ends_at"),
}
"""From when until when records last, where that is not one moment."""

LASTING = {
    "condition": {"active", "recurrence", "relapse"},
    "encounter": {"arrived", "triaged", "in-progress", "onleave"},
}
"""The statuses in which a record without an end goes on."""

INSTEAD = {
    ("condition", "onset_at"): "asserted_at",
    ("message", "sent_at"): "planned_at",
    ("medication_request", "starts_at"): "authored_at",
    **{(kind, "starts_at"): "at" for kind in KEPT},
}
DID_NOT_HAPPEN = {
    "condition": {"verification_status": {"refuted", "entered-in-error"}},
    "immunization": {"status": {"entered-in-error", "not-done"}},
    "message": {"status": {"planned", "held", "released", "not-done"}},
    "observation": {"status": {"entered-in-error", "cancelled"}},
    "procedure": {"status": {"entered-in-error", "not-done"}},
    "task": {"status": {"draft"}},
    "medication_request": {"status": {"entered-in-error"}, "do_not_perform": {True}},
    **{kind: {"status": {"entered-in-error", "not-done"}, "do_not_perform": {True}} for kind in KEPT},
}
BESIDE = {
    "value": "unit",
    "value_code": "value_system",
    "discharge": "discharge_system",
    "reason": "reason_system",
    "category": "category_system",
}
"""What stands beside an attribute, where that is not the code system of the record."""

DAY = dt.timedelta(days=1)
SPEC = Path(__file__).parent / "spec"


def meanings(folder: str) -> dict[str, Any]:
    """Name → what a field or an operator means, where the head of its cases says it (`means`) in Python: of `value` and
    `wanted`, or of the row `patient` and the day `today`."""
    heads = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted((SPEC / folder).glob("*.yaml"))}
    return {name: compile(head["means"], name, "eval") for name, head in heads.items() if "means" in head}


MEANT_BY_FIELDS = meanings("criteria.fields")
MEANT_BY_OPERATORS = meanings("criteria.operators")
UNITS = {
    "mm[Hg]": ("pressure", Decimal("133.322387415")),
    "kPa": ("pressure", Decimal(1000)),
    "cm[H2O]": ("pressure", Decimal("98.0665")),
    "g/L": ("mass in volume", Decimal(1)),
    "mg/dL": ("mass in volume", Decimal("0.01")),
    "mmol/L": ("amount in volume", Decimal("0.001")),
    "kg": ("mass", Decimal(1)),
    "g": ("mass", Decimal("0.001")),
}
"""Unit → what it measures, and how much of that one of it is."""

OWN_UNITS = {"custom.weight": "kg"}
"""Facts whose numbers all have one unit."""


def groups(rule: Rule, one: Callable[[Rule], Truth]) -> Truth:
    """all, any, none by three-valued logic."""
    if "all" in rule:
        parts = [groups(part, one) for part in rule["all"]]
        return False if False in parts else None if None in parts else True
    if "any" in rule:
        parts = [groups(part, one) for part in rule["any"]]
        return True if True in parts else None if None in parts else False
    if "none" in rule:
        some = groups({"any": rule["none"]}, one)
        return None if some is None else not some
    return one(rule)


def attribute_of(kind: str, row: Row, name: str) -> Any:
    """An attribute of a record; the plan's own are known by default."""
    name = DATES[kind] if name == "date" else name
    if name == "plan_status":
        return row.get(name, "active")
    if name == "waits_for":
        return waits_for(row)
    if kind == "service_request" and name in {"progress", "place_of_day"}:
        return progress(row) if name == "progress" else place_of_day(row)
    value = row.get(name)
    return row.get(INSTEAD[kind, name]) if value is None and (kind, name) in INSTEAD else value


def waits_for(row: Row) -> str | None:
    """What a result that came as news waits for."""
    if not row.get("needs_review") or "informed_at" in row:
        return None
    if row["status"] not in {"final", "amended", "corrected", "appended"}:
        return None
    return "inform" if "acknowledged_at" in row else "acknowledge"


def progress(row: Row) -> str:
    """How far an order has come; in these worlds reports alone answer one, and none was under way before it."""
    if row["status"] != "active" or row.get("intent") in {"proposal", "plan", "option"} or row.get("do_not_perform"):
        return "over"
    reports = [each for each in row["_answers"] if each["status"] not in {"cancelled", "registered", "unknown"}]
    is_named = any(each.get("names") == f"based_on: {row['named']}" for each in reports if "named" in row)
    follows = [each for each in reports if "code" in row and each.get("code") == row["code"]]
    return "done" if is_named or any(each["effective_at"] >= row["at"] for each in follows) else "undone"


def place_of_day(row: Row) -> str:
    """Whether another order of the category and the day (UTC) was written before this one and is undone."""

    def place(one: Row) -> Any:
        at = one["at"].astimezone(dt.UTC)
        return (at.date(), one.get("category")), (at, one["_id"])

    dated = [one for one in row["_beside"] if "at" in one and progress(one) == "undone"] if "at" in row else []
    same_day = [place(one)[1] for one in dated if place(one)[0] == place(row)[0]]
    return "later" if any(one < place(row)[1] for one in same_day) else "first"


def did_happen(kind: str, row: Row) -> bool:
    """Whether a record says that something happened."""
    refused = DID_NOT_HAPPEN.get(kind, {"status": {"entered-in-error"}})
    return all(row.get(name) not in values for name, values in refused.items())


def was_refused(kind: str, row: Row) -> bool:
    """Whether a record says that somebody decided against something."""
    if kind in {"procedure", "immunization"}:
        return bool(row["status"] == "not-done")
    if kind == "observation":
        return bool(row["status"] == "cancelled")
    is_refusal = row.get("do_not_perform") is True or (kind in KEPT and row["status"] == "not-done")
    return is_refusal and row["status"] != "entered-in-error"


def stretch_of(kind: str, row: Row) -> tuple[Any, Any, bool]:
    """From when until when a record lasted, and whether it goes on."""
    began = attribute_of(kind, row, SINCE.get(kind, DATES[kind]))
    ended = row.get(UNTIL.get(kind, ""))
    goes_on = ended is None and row.get("status") in LASTING.get(kind, set())
    return began, began if ended is None else ended, goes_on


def are_linked(name: str, one: Row, other: Row) -> bool:
    """Whether either of two records names the other, or they belong to one visit."""
    if name == "encounter":
        first, second = (row.get("visit", row.get("named")) for row in (one, other))
        return first is not None and first == second
    return any(f"{name}: {second.get('named')}" == first.get("names") for first, second in ((one, other), (other, one)))


def years_between(born: dt.date | None, today: dt.date) -> int | None:
    """Full years; unknown for who is not born yet."""
    if born is None or born > today:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def moved(day: dt.date, span: Mapping[str, int]) -> dt.date:
    """A day a span later: months first, the last day of a month that is too short, then days."""
    months = day.year * 12 + day.month - 1 + span.get("years", 0) * 12 + span.get("months", 0)
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last)) + (span.get("weeks", 0) * 7 + span.get("days", 0)) * DAY


def custom_of(name: str, patient: Row) -> Any:
    """What the custom fields of tests say of a patient (tests/unit/criteria/custom_fields.py)."""
    channel, born = patient.get("preferred_channel"), patient.get("birth_date")
    if name == "custom.several":
        return channel and channel.split("+")
    if name == "custom.words":
        return channel
    return born and Decimal(born.day)


def in_unit(wanted: Any, unit: str | None) -> Any:
    """A number, or each of a list, in the unit of a row: None where it cannot be converted."""
    if isinstance(wanted, list):
        return [in_unit(each, unit) for each in wanted]
    if not isinstance(wanted, dict) or "number" not in wanted:
        return wanted
    number = Decimal(str(wanted["number"]))
    if unit == wanted["unit"]:
        return number
    if unit not in UNITS or UNITS[unit][0] != UNITS[wanted["unit"]][0]:
        return None
    return Context(prec=12).divide(number * UNITS[wanted["unit"]][1], UNITS[unit][1])


def listed(codes: list[tuple[str | None, str]], code: str, system: str | None) -> bool:
    """Whether a value set has a code of this system, or without one."""
    return any(each == code and its_system in {None, system} for its_system, each in codes)
