"""`Guideline`: the parts of a valid content by name, so that nobody who reads it asks for keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from journeys.criteria.dates import Span
from journeys.criteria.shapes import Rule
from journeys.foundation.tables import Texts

FORMAT = 1
SEVERITIES = ("low", "moderate", "high", "critical")
FIRST, LAST = "first", "last"
PICKS = (FIRST, LAST)
"""The earliest of the records, whenever it is; the latest up to now."""


@dataclass(frozen=True)
class Exclusion:
    """For whom a guideline is not, and what people call that."""

    name: Texts
    rule: Rule


@dataclass(frozen=True)
class Tier:
    """Patients at another risk: `interval` and `severity` are those of the guideline where they say nothing."""

    name: Texts
    rule: Rule
    interval: Span
    severity: str


@dataclass(frozen=True)
class Anchor:
    """Where counting starts: a date of the patient (`field`), or the `date` of a record.

    `wins` says that it counts although something satisfied the guideline before its window, unless the interval
    after that is over before the window opens; of several records the first with such a window.
    """

    plus: Span
    wins: bool
    field: str = ""
    happened: str = ""
    where: Sequence[Rule] = ()
    pick: str = LAST
    date: str = "date"

    @property
    def kind(self) -> str:
        """What it is called where people read why."""
        return self.field or self.happened

    @property
    def rule(self) -> Rule:
        """The records that it may be."""
        return {"happened": self.happened, "where": list(self.where)}


@dataclass(frozen=True)
class Guideline:
    """One guideline. Without `steps` it comes again `interval` after whatever satisfies it.

    `hides_overdue` says that what is booked is surely for this: any other visit lets nothing wait that is overdue.
    """

    name: Texts
    population: Rule
    exclusions: Sequence[Exclusion]
    satisfied_by: Sequence[Rule]
    interval: Span
    steps: Sequence[Span]
    make_up: bool
    least: Span
    anchors: Sequence[Anchor]
    tiers: Sequence[Tier]
    soon: Span
    overdue: Span
    booked: Rule | None
    hides_overdue: bool
    severity: str
    owner: Mapping[str, str]


def guideline_of(content: Mapping[str, Any]) -> Guideline:
    """A valid content as a `Guideline`."""
    window = content.get("window", {})
    interval = content.get("interval", {})
    severity = content.get("severity", SEVERITIES[1])
    return Guideline(
        name=content["name"],
        population=content["population"],
        exclusions=[Exclusion(each["name"], each["rule"]) for each in content.get("exclusions", [])],
        satisfied_by=content["satisfied_by"],
        interval=interval,
        steps=content.get("steps", []),
        make_up=content.get("make_up", False),
        least=content.get("least", {}),
        anchors=[anchor_of(each) for each in content.get("anchors", [])],
        tiers=[
            Tier(each["name"], each["rule"], each.get("interval", interval), each.get("severity", severity))
            for each in content.get("tiers", [])
        ],
        soon=window.get("soon", {}),
        overdue=window.get("overdue", {}),
        booked=booked_rule(content["booked"]) if "booked" in content else None,
        hides_overdue=bool(content.get("booked", {}).get("where")),
        severity=severity,
        owner=content["owner"],
    )


def anchor_of(written: Mapping[str, Any]) -> Anchor:
    """One place where counting may start."""
    plus, wins = written.get("plus", {}), written.get("wins", False)
    if "field" in written:
        return Anchor(plus, wins, field=written["field"])
    return Anchor(
        plus,
        wins,
        happened=written["happened"],
        where=written.get("where", []),
        pick=written.get("pick", LAST),
        date=written.get("date", "date"),
    )


BOOKED = ("pending", "booked", "arrived", "checked-in")
"""The statuses of an appointment that is still to come; one that is only proposed is none yet."""


def booked_rule(written: Mapping[str, Any]) -> Rule:
    """The appointments that mean that nobody has to do anything now."""
    is_booked = {"field": "status", "is": "one_of", "value": list(BOOKED)}
    where = [is_booked, *written.get("where", [])]
    return {"happened": "appointment", "where": where, "window": {"next": written["within"]}}
