"""Where a patient stands in a guideline, worked out one by one in plain Python: what the statement is compared with.

Shares no line with `journeys.care`; rules are judged by `tests/oracle.py`.
"""

import datetime as dt
from typing import Any

from tests.oracle import Oracle
from tests.oracle_parts import attribute_of, did_happen, moved
from tests.world import Row, World

Content = dict[str, Any]

BOOKED = ["pending", "booked", "arrived", "checked-in"]


def stands(content: Content, world: World, patient: Row, refused_until: dt.date | None = None) -> Row | None:
    """The standing of one patient; None for who is not in the population."""
    oracle = Oracle(world, patient)
    if patient.get("merged_into") or oracle.truth(content["population"]) is not True:
        return None
    return Standing(content, oracle).row(refused_until)


class Standing:
    """One patient and one guideline."""

    def __init__(self, content: Content, oracle: Oracle) -> None:
        self.content = content
        self.oracle = oracle
        self.today = oracle.today

    def row(self, refused_until: dt.date | None) -> Row:
        """Everything that golden cases show."""
        met = self.events()
        last = max(met, default=None, key=lambda each: (each[0], -each[1], each[2]))
        anchor, start, wins = self.start(last)
        tier = self.first(self.content.get("tiers", []))
        due, counted, step = self.due(met, last, start, wins, tier)
        counted = "unknown-start" if counted == "anchor" and anchor is None else counted
        status, reason, until = self.status(due, last is not None, counted, refused_until)
        return {
            "status": status,
            "reason": reason,
            "due_on": due,
            "anchor": anchor,
            "anchor_on": start,
            "met": None if last is None else last[1],
            "met_on": None if last is None else last[0],
            "step": step,
            "tier": tier,
            "excluded_by": self.first(self.content.get("exclusions", [])),
            "refused_until": until,
        }

    def first(self, parts: list[Content]) -> int | None:
        """The place of the first part whose rule holds."""
        return next((place for place, each in enumerate(parts) if self.oracle.truth(each["rule"]) is True), None)

    def day(self, value: Any) -> dt.date:
        """A date as a day here."""
        return value.astimezone(self.oracle.zone).date() if isinstance(value, dt.datetime) else value

    def is_past(self, value: Any) -> bool:
        """Whether a date is not after now."""
        return value <= self.oracle.now if isinstance(value, dt.datetime) else value <= self.today

    def events(self) -> list[tuple[dt.date, int, Any]]:
        """(day, place of the rule, moment) of the last record of each rule, then of every other day."""
        found = []
        for place, rule in enumerate(self.content["satisfied_by"]):
            kind = rule["happened"]
            for row in self.oracle.records(kind):
                at = attribute_of(kind, row, "date")
                if (
                    did_happen(kind, row)
                    and at is not None
                    and self.is_past(at)
                    and self.oracle.matches(kind, row, rule)
                ):
                    found.append((self.day(at), place, str(at)))
        return found

    def start(self, last: Any) -> tuple[int | None, dt.date, bool]:
        """(place of the anchor that is known, the day, whether it wins)."""
        for place, anchor in enumerate(self.content.get("anchors", [])):
            value = self.anchored(anchor, last)
            if value is not None:
                return place, moved(self.day(value), anchor.get("plus", {})), anchor.get("wins", False)
        return None, self.day(self.oracle.patient["recorded_at"]), False

    def anchored(self, anchor: Content, last: Any) -> Any:
        """The date of one anchor; None where it is not known."""
        if "field" in anchor:
            return self.oracle.fact(anchor["field"], {})
        kind = anchor["happened"]
        rows = [row for row in self.oracle.records(kind) if did_happen(kind, row)]
        dates = [
            attribute_of(kind, row, anchor.get("date", "date"))
            for row in rows
            if self.oracle.fits(kind, row, anchor.get("where", []))
        ]
        known = [each for each in dates if each is not None]
        if anchor.get("pick", "last") == "first":
            ahead = [each for each in known if last is None or self.opens(each, anchor) > last[0]]
            return min((anchor.get("wins") and ahead) or known, default=None)
        return max((each for each in known if self.is_past(each)), default=None)

    def opens(self, value: Any, anchor: Content) -> dt.date:
        """The day on which the window of an anchor opens."""
        soon = {unit: -number for unit, number in self.content["window"]["soon"].items()}
        return moved(moved(self.day(value), anchor.get("plus", {})), soon)

    def due(
        self, met: list[Any], last: Any, start: dt.date, wins: bool, tier: int | None
    ) -> tuple[dt.date | None, str, int | None]:
        """(the day it is due, what it counts from, the step)."""
        soon = {unit: -number for unit, number in self.content["window"]["soon"].items()}
        if "steps" not in self.content:
            if last is None:
                return start, "anchor", None
            interval = self.content["interval"]
            if tier is not None:
                interval = self.content["tiers"][tier].get("interval", interval)
            after = moved(last[0], interval)
            if wins and last[0] < moved(start, soon) <= after:
                return start, "anchor", None
            return after, "met", None
        days = [moved(start, step) for step in self.content["steps"]]
        if self.content.get("make_up"):
            given = {day for day, _, _ in met if day >= start}
            done = len(given)
            if done >= len(days):
                return None, "anchor", None
            least = self.content.get("least")
            soonest = moved(max(given), least) if given and least else days[done]
            return max(days[done], soonest), "anchor", done
        for place, day in enumerate(days):
            is_early = last is None or moved(day, soon) > last[0] or (place and last[0] <= days[place - 1])
            if is_early:
                return day, "anchor", place
        return None, "anchor", None

    def status(
        self, due: dt.date | None, is_met: bool, counted: str, refused_until: dt.date | None
    ) -> tuple[str, str, dt.date | None]:
        """(status, reason, the refusal in force)."""
        until = refused_until if refused_until and refused_until > self.today else None
        if self.oracle.patient.get("deceased"):
            return "excluded", "deceased", until
        if self.first(self.content.get("exclusions", [])) is not None:
            return "excluded", "exclusion", until
        if due is None:
            return "satisfied", "done", until
        window = self.content["window"]
        if self.today < moved(due, {unit: -number for unit, number in window["soon"].items()}):
            return "satisfied" if is_met else "not-due", counted, until
        if until:
            return "not-actionable", "refused", until
        is_overdue = self.today >= moved(due, window["overdue"])
        if self.is_booked() and (self.content["booked"].get("where") or not is_overdue):
            return "not-actionable", "booked", until
        if self.today < due:
            return "soon-due", counted, until
        return ("overdue" if is_overdue else "due"), counted, until

    def is_booked(self) -> bool:
        """Whether there is an appointment that counts."""
        if "booked" not in self.content:
            return False
        booked = self.content["booked"]
        where = [{"field": "status", "is": "one_of", "value": BOOKED}, *booked.get("where", [])]
        rule = {"happened": "appointment", "where": where, "window": {"next": booked["within"]}}
        return self.oracle.truth(rule) is True
