"""Who is in a rule, worked out patient by patient in plain Python: what compiled SQL is compared with.

Slow, obvious, and written without the engine: it shares no line with `journeys.criteria`. True, False and None
(unknown) are Python's own; `none` of unknown is unknown.
"""

import calendar
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from tests.world import Row, World

Rule = Mapping[str, Any]
Truth = bool | None

DATES = {
    "appointment": "start_at",
    "care_plan_activity": "due_on",
    "condition": "onset_at",
    "diagnostic_report": "effective_at",
    "encounter": "start_at",
    "enrolment": "entered_at",
    "immunization": "occurrence_at",
    "medication_request": "authored_at",
    "message": "sent_at",
    "observation": "effective_at",
    "procedure": "performed_at",
    "referral": "ordered_at",
    "task": "created_at",
}
INSTEAD = {("condition", "onset_at"): "asserted_at", ("message", "sent_at"): "planned_at"}
DID_NOT_HAPPEN = {
    "condition": {"verification_status": {"refuted", "entered-in-error"}},
    "immunization": {"status": {"entered-in-error", "not-done"}},
    "message": {"status": {"planned", "held", "released", "not-done"}},
    "observation": {"status": {"entered-in-error", "cancelled"}},
    "procedure": {"status": {"entered-in-error", "not-done"}},
    "task": {"status": {"draft"}},
}
DAY = dt.timedelta(days=1)


def members(rule: Rule, world: World, segments: Mapping[str, Rule] | None = None) -> set[str]:
    """The names of everyone in a rule."""
    return {row["name"] for row in world.patients if Oracle(world, row, segments or {}).truth(rule) is True}


def focused(rule: Rule, world: World, kind: str) -> list[str]:
    """The name of the patient of every record of a kind about which the rule is so."""
    people = {row["name"]: row for row in world.patients}
    rows = world.records.get(kind, [])
    about = [Oracle(world, people[row["patient"]], {}, {**world_row(world, kind, row)}, kind) for row in rows]
    return [row["patient"] for row, oracle in zip(rows, about, strict=True) if oracle.truth(rule) is True]


def world_row(world: World, kind: str, row: Row) -> Row:
    """A record with what is not said filled in."""
    return next(each for each in world.of(kind, row["patient"]) if each == {**each, **row})


class Oracle:
    """One patient of a world, perhaps with the record that the rule is about."""

    def __init__(
        self,
        world: World,
        patient: Row,
        segments: Mapping[str, Rule],
        focus: Row | None = None,
        focus_kind: str = "",
    ) -> None:
        self.world = world
        self.now = world.now
        self.patient = patient
        self.segments = segments
        self.focus = focus or {}
        self.focus_kind = focus_kind
        branch_zone = world.branches.get(patient.get("branch", ""))
        self.zone = ZoneInfo(patient.get("time_zone") or branch_zone or "UTC")
        self.today = self.now.astimezone(self.zone).date()

    def truth(self, rule: Rule) -> Truth:
        """True, False or unknown."""
        return groups(rule, self.one)

    def one(self, rule: Rule) -> Truth:
        """A single condition."""
        if "segment" in rule:
            return self.truth(self.segments[rule["segment"]])
        if "happened" in rule:
            return self.happened(rule)
        value = self.fact(rule["field"], rule.get("of", {}))
        return self.compare(value, rule["is"], rule.get("value"))

    def fact(self, name: str, of: Mapping[str, str]) -> Any:
        """A fact of the patient; None when it is not known."""
        if name == "age":
            return years_between(self.patient.get("birth_date"), self.today)
        if name == "language":
            language = self.patient.get("language")
            return language and language.lower().split("-")[0]
        if name == "consent":
            return self.consent(of)
        if name == "has_telecom":
            return any(self.is_usable(row) for row in self.records("telecom") if row["system"] == of["system"])
        if name == "focus":
            return attribute_of(self.focus_kind, self.focus, of["attribute"])
        value = self.patient.get(name, False if name == "deceased" else None)
        return None if value == "unknown" else value

    def records(self, table: str) -> list[Row]:
        """The records of this patient."""
        return self.world.of(table, self.patient["name"])

    def consent(self, of: Mapping[str, str]) -> Truth:
        """The decision of the newest statement in force."""
        rows = [
            row
            for row in self.records("consent")
            if row.get("purpose") in {None, of["purpose"]}
            and row.get("channel") in {None, of["channel"]}
            and row["from_at"] <= self.now
            and (row.get("until_at") is None or row["until_at"] > self.now)
        ]
        newest = max(reversed(rows), key=lambda row: row["from_at"], default=None)
        return newest and newest["decision"] == "permit"

    def is_usable(self, row: Row) -> bool:
        """Whether a number or address can be used now."""
        begun = row.get("valid_from") is None or row["valid_from"] <= self.now
        over = row.get("valid_until") is not None and row["valid_until"] <= self.now
        return row["status"] == "usable" and row.get("use") != "old" and begun and not over

    def happened(self, rule: Rule) -> bool:
        """Whether there are as many records as wanted."""
        kind = rule["happened"]
        found = [row for row in self.records(kind) if did_happen(kind, row) and self.matches(kind, row, rule)]
        [(way, number)] = rule.get("count", {"at_least": 1}).items()
        ways = {"at_least": len(found) >= number, "at_most": len(found) <= number, "exactly": len(found) == number}
        return ways[way]

    def matches(self, kind: str, row: Row, rule: Rule) -> bool:
        """Whether one record is as `where` and `window` want it."""

        def one(condition: Rule) -> Truth:
            value = attribute_of(kind, row, condition["field"])
            return self.compare(value, condition["is"], condition.get("value"))

        fits = all(groups(condition, one) is True for condition in rule.get("where", []))
        return fits and self.in_window(attribute_of(kind, row, "date"), rule.get("window"))

    def in_window(self, date: Any, window: Rule | None) -> bool:
        """Whether a date lies in a window; everything lies in none."""
        if window is None:
            return True
        [(way, wanted)] = window.items()
        operator = {"last": "within_last", "next": "within_next", "between": "between"}[way]
        return self.compare(date, operator, wanted) is True

    def compare(self, value: Any, operator: str, wanted: Any) -> Truth:
        """One comparison; of an unknown value unknown, unless it is asked whether it is known."""
        if operator in {"known", "unknown"}:
            return (value is not None) == (operator == "known")
        if value is None:
            return None
        if isinstance(value, dt.date):
            return self.compare_dates(value, operator, wanted)
        plain: dict[str, Callable[[], bool]] = {
            "is": lambda: value == wanted,
            "is_not": lambda: value != wanted,
            "one_of": lambda: value in wanted,
            "none_of": lambda: value not in wanted,
            "at_least": lambda: value >= wanted,
            "at_most": lambda: value <= wanted,
            "between": lambda: wanted[0] <= value <= wanted[1],
            "true": lambda: value is True,
            "false": lambda: value is False,
        }
        return plain[operator]()

    def compare_dates(self, value: Any, operator: str, wanted: Any) -> Truth:
        """Comparisons of a day or an instant with moments: each moment is a first and a last instant or day."""
        if operator == "within_last":
            wanted = [{"now": True, "plus": {unit: -number for unit, number in wanted.items()}}, {"now": True}]
        if operator == "within_next":
            wanted = [{"now": True}, {"now": True, "plus": wanted}]
        if isinstance(wanted, dict):
            wanted = [wanted, wanted]
        bounds = [self.stretch(moment, isinstance(value, dt.datetime)) for moment in wanted]
        if None in bounds:
            return None
        (first, _), (second, end) = bounds
        if operator == "before":
            return value < first
        if operator == "after":
            return value >= end if end != second else value > second
        return first <= value and (value < end if end != second else value <= second)

    def stretch(self, moment: Rule, of_instants: bool) -> tuple[Any, Any] | None:
        """Where a moment begins, and where it has ended (the same twice when it is one instant)."""
        if of_instants and moment == {"now": True}:
            return self.now, self.now
        if "date" in moment:
            day = dt.date.fromisoformat(moment["date"])
        elif "focus" in moment:
            day = attribute_of(self.focus_kind, self.focus, moment["focus"])
            day = day.astimezone(self.zone).date() if isinstance(day, dt.datetime) else day
        else:
            day = self.today
        if day is None:
            return None
        day = moved(day, moment.get("plus", {}))
        return (self.midnight(day), self.midnight(day + DAY)) if of_instants else (day, day + DAY)

    def midnight(self, day: dt.date) -> dt.datetime:
        """The first instant of a day here."""
        return dt.datetime.combine(day, dt.time(), self.zone).astimezone(dt.UTC)


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
    value = row.get(name)
    return row.get(INSTEAD[kind, name]) if value is None and (kind, name) in INSTEAD else value


def did_happen(kind: str, row: Row) -> bool:
    """Whether a record says that something happened."""
    refused = DID_NOT_HAPPEN.get(kind, {"status": {"entered-in-error"}})
    return all(row.get(name) not in values for name, values in refused.items())


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
