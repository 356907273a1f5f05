"""Who is in a rule, worked out patient by patient in plain Python: what compiled SQL is compared with.

Slow, obvious, and written without the engine: it shares no line with `journeys.criteria`. True, False and None
(unknown) are Python's own; `none` of unknown is unknown.
"""

import copy
import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle_parts import (
    BESIDE,
    DAY,
    MEANT_BY_FIELDS,
    MEANT_BY_OPERATORS,
    OWN_UNITS,
    Rule,
    Truth,
    are_linked,
    attribute_of,
    custom_of,
    did_happen,
    groups,
    in_unit,
    listed,
    moved,
    stretch_of,
    was_refused,
    years_between,
)
from tests.world import Row, World


def members(rule: Rule, world: World) -> set[str]:
    """The names of everyone in a rule."""
    return {row["name"] for row in world.patients if Oracle(world, row).truth(rule) is True}


def focused(rule: Rule, world: World, kind: str) -> list[str]:
    """The name of the patient of every record of a kind about which the rule is so."""
    people = {row["name"]: row for row in world.patients}
    rows = world.records.get(kind, [])
    about = [Oracle(world, people[row["patient"]], {**world_row(world, kind, row)}, kind) for row in rows]
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
        focus: Row | None = None,
        focus_kind: str = "",
    ) -> None:
        self.world = world
        self.now = world.now
        self.patient = patient
        self.focus = focus or {}
        self.focus_kind = focus_kind
        self.outer: tuple[str, Row] | None = None
        branch_zone = world.branches.get(patient.get("branch", ""))
        self.zone = ZoneInfo(patient.get("time_zone") or branch_zone or "UTC")
        self.today = self.now.astimezone(self.zone).date()

    def truth(self, rule: Rule) -> Truth:
        """True, False or unknown."""
        return groups(rule, self.one)

    def one(self, rule: Rule) -> Truth:
        """A single condition."""
        if "segment" in rule:
            return self.truth(self.world.segments[rule["segment"]])
        if "happened" in rule:
            return self.happened(rule)
        unit = OWN_UNITS.get(rule["field"])
        return self.judge(rule, self.fact(rule["field"], rule.get("of", {})), unit)

    def judge(self, rule: Rule, value: Any, beside: str | None) -> Truth:
        """Compare a fact, which may be unknown, with what a condition wants."""
        truth = self.compare(value, rule["is"], in_unit(rule.get("value"), beside), beside)
        return True if truth is None and "unknown" in rule else truth

    def fact(self, name: str, of: Mapping[str, str]) -> Any:
        """A fact of the patient; None when it is not known."""
        if name == "age":
            return years_between(self.patient.get("birth_date"), self.today)
        if name == "age_on":
            return years_between(self.patient.get("birth_date"), dt.date.fromisoformat(of["date"]))
        if name == "language":
            language = self.patient.get("language")
            return language and language.lower().split("-")[0]
        if name == "consent":
            return self.consent(of)
        if name == "has_telecom":
            return any(self.is_usable(row) for row in self.records("telecom") if row["system"] == of["system"])
        if name == "known_at":
            return of["branch"] in self.patient.get("known_at", [])
        if name == "random_number":
            digits = hashlib.md5(f"{self.patient['uid']}:{of['name']}".encode()).hexdigest()[:8]
            return int(digits, 16) * 100 / 2**32
        if name == "unanswered_contacts":
            return self.unanswered()
        if name == "resolving_channel":
            return self.resolving_channel()
        if name.startswith("custom."):
            return custom_of(name, self.patient)
        if name == "focus":
            return attribute_of(self.focus_kind, self.focus, of["attribute"])
        if name in MEANT_BY_FIELDS:
            return eval(MEANT_BY_FIELDS[name], {"patient": self.patient, "today": self.today})
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

    def unanswered(self) -> int:
        """How many messages went out since the patient was last heard."""
        rows = self.records("message")
        heard = [row.get("sent_at") or row["planned_at"] for row in rows if row["status"] == "received"]
        heard += [row["answered_at"] for row in rows if row.get("answered_at")]
        last = max((moment for moment in heard if moment <= self.now), default=None)
        sent = [row.get("sent_at") or row["planned_at"] for row in rows if row["status"] in {"accepted", "delivered"}]
        return sum(1 for moment in sent if moment <= self.now and (last is None or moment > last))

    def resolving_channel(self) -> str | None:
        """The channel with the most answers; of equal ones that of the newest answer, then the first by name."""
        rows = [row for row in self.records("message") if row["direction"] == "outbound" and row.get("channel")]
        answered = [row for row in rows if row.get("answered_at") and row["answered_at"] <= self.now]
        counts = Counter(row["channel"] for row in answered)
        newest = {channel: max(r["answered_at"] for r in answered if r["channel"] == channel) for channel in counts}
        best = sorted(counts, key=lambda channel: (-counts[channel], -newest[channel].timestamp(), channel))
        return best[0] if best else None

    def happened(self, rule: Rule) -> bool:
        """Whether there are as many records as wanted, or the one that is picked is as wanted."""
        kind = rule["happened"]
        wanted = was_refused if rule.get("not_done") else did_happen
        found = [row for row in self.records(kind) if wanted(kind, row) and not self.is_outer(kind, row)]
        if "linked" in rule and self.outer is not None:
            found = [row for row in found if are_linked(rule["linked"], row, self.outer[1])]
        pick = next((key for key in ("first_of", "last_of", "next_of") if key in rule), None)
        if pick:
            found = self.picked(kind, found, pick, rule[pick])
        found = [row for row in found if self.matches(kind, row, rule)]
        if "days" in rule:
            return len(self.days_of(kind, found, rule.get("window", {}))) >= rule["days"]["at_least"]
        [(way, number)] = rule.get("count", {"at_least": 1}).items()
        ways = {"at_least": len(found) >= number, "at_most": len(found) <= number, "exactly": len(found) == number}
        return ways[way]

    def days_of(self, kind: str, rows: list[Row], window: Rule) -> set[dt.date]:
        """The days on which any of some records lasted, within a window that they overlap."""
        days = set()
        for row in rows:
            began, ended, goes_on = stretch_of(kind, row)
            if began is None:
                continue
            day, last = (self.day_of(each) for each in (began, self.now if goes_on else ended))
            while day <= max(last, day):
                days.add(day)
                if day >= last:
                    break
                day += DAY
        inside = [self.stretch(moment, of_instants=False) for moment in window.get("overlaps", [])]
        return {day for day in days if not inside or inside[0][0] <= day < inside[1][1]}

    def day_of(self, moment: Any) -> dt.date:
        """The local day of a date or an instant."""
        return moment.astimezone(self.zone).date() if isinstance(moment, dt.datetime) else moment

    def is_outer(self, kind: str, row: Row) -> bool:
        """Whether this is the record beside which others are looked for."""
        return self.outer is not None and self.outer[0] == kind and self.outer[1]["_id"] == row["_id"]

    def picked(self, kind: str, rows: list[Row], pick: str, conditions: list[Rule]) -> list[Row]:
        """The one record that is first, last or next among those that fit; none when none has a date."""
        ahead = pick == "next_of"
        dated = [
            (date, row["_id"], row)
            for row in rows
            if (date := attribute_of(kind, row, "date")) is not None
            and self.compare_dates(date, "not_before" if ahead else "not_after", {"now": True})
            and self.fits(kind, row, conditions)
        ]
        best = (max if pick == "last_of" else min)(dated, default=None, key=lambda each: each[:2])
        return [best[2]] if best else []

    def fits(self, kind: str, row: Row, conditions: list[Rule]) -> bool:
        """Whether a record is as conditions on its attributes want it."""

        def one(condition: Rule) -> Truth:
            name = condition["field"]
            beside = row.get(BESIDE.get(name, "code_system"))
            return self.judge(condition, attribute_of(kind, row, name), beside)

        return all(groups(condition, one) is True for condition in conditions)

    def matches(self, kind: str, row: Row, rule: Rule) -> bool:
        """Whether one record is as `where`, `window` and `also` want it."""
        if not self.fits(kind, row, rule.get("where", [])) or not self.is_inside(kind, row, rule.get("window")):
            return False
        beside = copy.copy(self)
        beside.outer = (kind, row)
        return all(beside.truth(each) is True for each in rule.get("also", []))

    def is_inside(self, kind: str, row: Row, window: Rule | None) -> bool:
        """Whether a record lies in a window, by its date or by the stretch of time that it lasted."""
        [way] = window or [""]
        if window is None or way not in {"overlaps", "during", "ends"}:
            return self.in_window(attribute_of(kind, row, "date"), window)
        first, last = window[way]
        began, ended, goes_on = stretch_of(kind, row)

        def lies(date: Any, operator: str, moment: Rule) -> bool:
            return date is not None and self.compare_dates(date, operator, moment) is True

        if way == "overlaps":
            return lies(began, "not_after", last) and (goes_on or lies(ended, "not_before", first))
        begins = began if way == "during" else ended
        return not goes_on and lies(begins, "not_before", first) and lies(ended, "not_after", last)

    def in_window(self, date: Any, window: Rule | None) -> bool:
        """Whether a date lies in a window; everything lies in none."""
        if window is None:
            return True
        [(way, wanted)] = window.items()
        if way in {"after", "before", "around"}:
            return date is not None and self.is_near(date, way, wanted)
        operator = {"last": "within_last", "next": "within_next", "between": "between"}[way]
        return self.compare(date, operator, wanted) is True

    def is_near(self, date: Any, way: str, span: Mapping[str, int]) -> bool:
        """Whether a date lies within a span of the date of the other record."""
        assert self.outer is not None
        own = attribute_of(self.outer[0], self.outer[1], "date")
        if own is None:
            return False
        beginning = {"record": "date", "plus": {unit: -number for unit, number in span.items()}}
        end = {"record": "date", "plus": span}
        same_kind = isinstance(own, dt.datetime) == isinstance(date, dt.datetime)
        begun = own <= date if same_kind else self.compare_dates(date, "not_before", {"record": "date"})
        ended = date <= own if same_kind else self.compare_dates(date, "not_after", {"record": "date"})
        if way != "after":
            begun = self.compare_dates(date, "not_before", beginning)
        if way != "before":
            ended = self.compare_dates(date, "not_after", end)
        return begun is True and ended is True

    def compare(self, value: Any, operator: str, wanted: Any, beside: str | None = None) -> Truth:
        """One comparison; of an unknown value unknown, unless it is asked whether it is known."""
        if operator in {"known", "unknown"}:
            return (value is not None) == (operator == "known")
        if value is None or wanted is None and operator not in {"true", "false"}:
            return None
        if isinstance(value, dt.date):
            return self.compare_dates(value, operator, wanted)
        if isinstance(wanted, list) and None in wanted:
            return None if value not in wanted else operator == "one_of"
        plain: dict[str, Callable[[], bool]] = {
            "is": lambda: value == wanted,
            "is_not": lambda: value != wanted,
            "one_of": lambda: value in wanted,
            "none_of": lambda: value not in wanted,
            "at_least": lambda: value >= wanted,
            "at_most": lambda: value <= wanted,
            "less_than": lambda: value < wanted,
            "more_than": lambda: value > wanted,
            "between": lambda: wanted[0] <= value <= wanted[1],
            "has_any_of": lambda: any(each in value for each in wanted),
            "has_none_of": lambda: not any(each in value for each in wanted),
            "in_value_set": lambda: listed(self.world.value_sets[wanted], value, beside),
            "not_in_value_set": lambda: not listed(self.world.value_sets[wanted], value, beside),
            "true": lambda: value is True,
            "false": lambda: value is False,
        }
        if operator in MEANT_BY_OPERATORS:
            return bool(eval(MEANT_BY_OPERATORS[operator], {"value": value, "wanted": wanted}))
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
        is_before = bounds[0] and value < bounds[0][0]
        is_after = bounds[1] and (value > bounds[1][0] if bounds[1][0] == bounds[1][1] else value >= bounds[1][1])
        if operator in {"before", "not_before"}:
            return None if is_before is None else is_before == (operator == "before")
        if operator in {"after", "not_after"}:
            return None if is_after is None else is_after == (operator == "after")
        outside = {is_before, is_after}
        return False if True in outside else None if None in outside else True

    def stretch(self, moment: Rule, of_instants: bool) -> tuple[Any, Any] | None:
        """Where a moment begins, and where it has ended (the same twice when it is one instant)."""
        if of_instants and moment == {"now": True}:
            return self.now, self.now
        if "date" in moment:
            day = dt.date.fromisoformat(moment["date"])
        elif "focus" in moment:
            day = attribute_of(self.focus_kind, self.focus, moment["focus"])
        elif "field" in moment:
            day = self.fact(moment["field"], {})
        elif "record" in moment and self.outer is not None:
            day = attribute_of(self.outer[0], self.outer[1], moment["record"])
            if "exact" in moment and of_instants:
                return None if day is None else (day, day)
        else:
            day = self.today
        day = day.astimezone(self.zone).date() if isinstance(day, dt.datetime) else day
        if day is None:
            return None
        day = moved(day, moment.get("plus", {}))
        return (self.midnight(day), self.midnight(day + DAY)) if of_instants else (day, day + DAY)

    def midnight(self, day: dt.date) -> dt.datetime:
        """The first instant of a day here."""
        return dt.datetime.combine(day, dt.time(), self.zone).astimezone(dt.UTC)
