"""What a check is: it looks at a whole rule, valid by itself, and says what makes no sense, at its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import ClassVar

from journeys.criteria.fields import RECORDS
from journeys.criteria.reasoning.judging import Judge
from journeys.criteria.reasoning.reading import Reading
from journeys.criteria.reasoning.records import SELECTORS, Formula
from journeys.criteria.shapes import GROUPS, Rule, shape_of
from journeys.foundation.errors import Problem

WARNING = "warning"


@dataclass(frozen=True)
class Part:
    """A rule inside the rule that is looked at, at its place.

    `holds` says whether it has to hold, or to be known not to, for the whole to hold; `formula` is what that takes.
    A window is a part too: it has a formula and no rule.
    """

    where: str
    rule: Rule | None
    holds: bool
    reading: Reading
    formula: Formula

    def so(self) -> Formula:
        """What it takes for the part itself to hold, whatever stands around it."""
        return self.formula if self.holds or self.rule is None else self.reading.formula(self.rule)


@dataclass(frozen=True)
class Group:
    """Parts that stand together: all of them have to be so (`is_all`), or at least one."""

    where: str
    parts: tuple[Part, ...]
    is_all: bool


@dataclass(frozen=True)
class Looked:
    """What a check looks at: the rule at its place, read as `reading` does. One judge answers all that a check asks."""

    rule: Rule
    where: str
    reading: Reading
    judge: Judge = field(default_factory=Judge)

    def root(self) -> Part:
        """The whole rule."""
        return self.part(self.where, self.rule, holds=True)

    def part(self, where: str, rule: Rule, *, holds: bool) -> Part:
        """A rule inside it."""
        return Part(where, rule, holds, self.reading, self.reading.formula(rule, holds=holds))

    def groups_right_inside(self, part: Part) -> Iterator[Group]:
        """The groups that a part is made of: its own parts, or the conditions on its records."""
        if part.rule is None:
            return
        shape = shape_of(part.rule)
        if shape in GROUPS:
            holds = part.holds if shape != "none" else not part.holds
            is_all = part.holds if shape == "none" else (shape == "all") == part.holds
            inside = replace(self, reading=part.reading)
            parts = [
                inside.part(f"{part.where}.{shape}.{place}", each, holds=holds)
                for place, each in enumerate(part.rule[shape])
            ]
            yield Group(part.where, tuple(parts), is_all)
        elif shape == "happened":
            yield from self.groups_of_records(part.rule, part.where, part.reading)

    def groups_of_records(self, rule: Rule, where: str, reading: Reading) -> Iterator[Group]:
        """The conditions on the records, with their window; and those that pick one record."""
        on_record = replace(reading, record=RECORDS[rule["happened"]])
        inside = replace(self, reading=on_record)
        for key in ("where", *SELECTORS):
            parts = [
                inside.part(f"{where}.{key}.{place}", each, holds=True) for place, each in enumerate(rule.get(key, []))
            ]
            if key == "where" and rule.get("window"):
                parts.append(Part(f"{where}.window", None, True, on_record, reading.window(rule)))
            if parts:
                yield Group(f"{where}.{key}", tuple(parts), is_all=True)

    def parts(self) -> Iterator[Part]:
        """Every part, the whole rule first, each before what is inside it."""
        return self.parts_within(self.root())

    def parts_within(self, part: Part) -> Iterator[Part]:
        """A part, then all that is inside it."""
        yield part
        for group in self.groups_right_inside(part):
            for each in group.parts:
                yield from self.parts_within(each)

    def groups(self) -> Iterator[Group]:
        """Every group, from the outside in."""
        for part in self.parts():
            yield from self.groups_right_inside(part)


class Check:
    """Base of every check."""

    name: ClassVar[str] = ""

    def look(self, looked: Looked) -> Iterable[Problem]:
        """Yield every Problem, errors and warnings."""
        raise NotImplementedError
