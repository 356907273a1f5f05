"""The points rule: so many points for each thing that is known, a class from so many points on; data that people read.

It is used until a site has a model, and again whenever that may not be used. A clinic says its own points in the
setting `attendance-risk`; what is wrong there leaves the ones of the house in force.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from journeys.access.risk.features import FEATURES
from journeys.access.risk.knowing import Facts
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.attendance import HIGH, LOW, MEDIUM
from journeys.store.putting_in_force.definitions import SETTING, live_versions

SLUG = "attendance-risk"
FORMAT = 1

AT_LEAST, AT_MOST, IS = "at_least", "at_most", "is"
COMPARED = (AT_LEAST, AT_MOST, IS)

MOST_POINTS = 100
"""More for one thing is a slip of the finger."""

OF_THE_HOUSE: dict[str, Any] = {
    "format": FORMAT,
    "name": {"en": "Attendance risk", "es": "Riesgo de inasistencia"},
    "points": [
        {"fact": "lead_days", AT_LEAST: 1, "points": 1},
        {"fact": "lead_days", AT_LEAST: 8, "points": 1},
        {"fact": "lead_days", AT_LEAST: 31, "points": 1},
        {"fact": "missed", AT_LEAST: 1, "points": 1},
        {"fact": "missed_share", AT_LEAST: 0.35, "points": 2},
        {"fact": "kept", AT_MOST: 0, "points": 1},
    ],
    "classes": {MEDIUM: 3, HIGH: 5},
    "chances": {MEDIUM: 0.2, HIGH: 0.35},
    "payer": False,
}
"""The literature's (Dantas 2018: lead time, earlier misses, new patients); a clinic changes them as it learns."""

KEYS = tuple(OF_THE_HOUSE)
"""What a rule may say."""


@dataclass(frozen=True)
class Line:
    """One line of the rule."""

    fact: str
    compared: str
    value: Any
    points: int

    def applies(self, facts: Facts) -> bool:
        """Whether it holds; never of what is not known."""
        known = facts[self.fact]
        if known is None:
            return False
        if self.compared == IS:
            return str(known) == str(self.value)
        return float(known) >= self.value if self.compared == AT_LEAST else float(known) <= self.value


@dataclass(frozen=True)
class Points:
    """The whole rule. `classes` are the points, `chances` the foretold probabilities from which a class begins.

    `has_payer` says that somebody reviewed that the payer class may be looked at.
    """

    lines: tuple[Line, ...]
    classes: Mapping[str, float]
    chances: Mapping[str, float]
    has_payer: bool

    def of(self, facts: Facts) -> dict[str, int]:
        """The points of a visit by topic."""
        found: dict[str, int] = {}
        for line in self.lines:
            if line.applies(facts):
                topic = FEATURES[line.fact].topic
                found[topic] = found.get(topic, 0) + line.points
        return found


def risk_from(value: float, begins: Mapping[str, float]) -> str:
    """The class of a value."""
    return HIGH if value >= begins[HIGH] else MEDIUM if value >= begins[MEDIUM] else LOW


def points_in_force(session: Session) -> Points:
    """The rule that the clinic says; the house's where it says none, or one that cannot be read."""
    version = live_versions(session, SETTING).get(SLUG)
    content = OF_THE_HOUSE if version is None or any(point_problems(version.content)) else version.content
    return points_from(content)


def points_from(content: Mapping[str, Any]) -> Points:
    """A rule without problems."""
    lines = []
    for line in content["points"]:
        compared = next(each for each in COMPARED if each in line)
        lines.append(Line(line["fact"], compared, line[compared], line["points"]))
    return Points(tuple(lines), content["classes"], content["chances"], content.get("payer") is True)


def point_problems(content: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with a rule, each at its place."""
    if content.get("format") != FORMAT:
        yield Problem("format", N_("Choose one of: %(choices)s"), {"choices": FORMAT})
    lines = content.get("points")
    if not isinstance(lines, list) or not lines:
        yield Problem("points", N_("Give at least one line of points"))
        lines = []
    for number, line in enumerate(lines):
        yield from line_problems(line, f"points.{number}")
    for name in ("classes", "chances"):
        if not is_in_order(content.get(name)):
            yield Problem(name, N_("Say from where medium and high begin; high begins above medium"))
    if not isinstance(content.get("payer", False), bool):
        yield Problem("payer", N_("Choose one of: %(choices)s"), {"choices": "true, false"})


def line_problems(line: Any, where: str) -> Iterator[Problem]:
    """What is wrong with one line."""
    line = line if isinstance(line, dict) else {}
    fact = line.get("fact")
    if fact not in FEATURES:
        yield Problem(f"{where}.fact", N_("Choose one of: %(choices)s"), {"choices": ", ".join(FEATURES)})
        return
    compared = [each for each in COMPARED if each in line]
    allowed = (AT_LEAST, AT_MOST) if FEATURES[fact].is_number else (IS,)
    if len(compared) != 1 or compared[0] not in allowed:
        yield Problem(where, N_("Compare it in one way: %(choices)s"), {"choices": ", ".join(allowed)})
    elif FEATURES[fact].is_number and not is_number(line[compared[0]]):
        yield Problem(f"{where}.{compared[0]}", N_("Give a number"))
    points = line.get("points")
    if not isinstance(points, int) or isinstance(points, bool) or abs(points) > MOST_POINTS:
        says = N_("Give a number from %(least)s to %(most)s")
        yield Problem(f"{where}.points", says, {"least": -MOST_POINTS, "most": MOST_POINTS})


def is_in_order(begins: Any) -> bool:
    """Whether both classes begin somewhere, high above medium."""
    if not isinstance(begins, dict) or not all(is_number(begins.get(each)) for each in (MEDIUM, HIGH)):
        return False
    return begins[MEDIUM] < begins[HIGH]


def is_number(value: Any) -> bool:
    """Whether a value is a number that others are above or below."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
