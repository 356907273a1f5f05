"""Summaries: what one condition needs of a patient, as one value that can be kept in a column."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson
from sqlalchemy import ARRAY, Boolean, Date, DateTime, Integer, Numeric, Text
from sqlalchemy.types import TypeEngine

from journeys.criteria.custom.facts import CUSTOM
from journeys.criteria.facts.windows import NOW, Stop, stop_in
from journeys.criteria.fields import RECORDS
from journeys.criteria.fields.base import Of, Record
from journeys.criteria.kinds import CODE, CODES, DAY, INSTANT, NUMBER, TEXT, YES_NO
from journeys.criteria.known import Known, ValueSet
from journeys.criteria.shapes import OF_STRETCHES, PICKS, Rule, pick_of

EVER = "ever"
LAST = "last"
NEXT = "next"
"""How records are summed up: whether there is an n-th one; the n-th latest date up to a moment; the n-th earliest from
a moment on. Or as a rule picks one (`PICKS`): the date of that one, if it is as wanted."""

AHEAD = {NEXT, "next_of"}
UNDERSTOOD = {"happened", "where", "count", "window", "also", *PICKS}
"""The keys of a condition that summaries can stand for."""

PREFIX = "f_"
LONGEST_NAME = 16
NAME = re.compile(rf"{PREFIX}[0-9a-f]{{{LONGEST_NAME}}}")

TYPES: Mapping[str, TypeEngine[Any]] = {
    CODE: Text(),
    CODES: ARRAY(Text()),
    DAY: Date(),
    INSTANT: DateTime(timezone=True),
    NUMBER: Numeric(),
    TEXT: Integer(),
    YES_NO: Boolean(),
}
"""Kind of fact → type of its column. Of a sealed text only whether there is one is kept."""


@dataclass(frozen=True)
class Summary:
    """A value of a patient, told by its `definition` (JSON) alone: equal ones share a column."""

    definition: Mapping[str, Any]

    @cached_property
    def name(self) -> str:
        """The name of its column: the same for the same definition, on every installation."""
        text = orjson.dumps(self.definition, option=orjson.OPT_SORT_KEYS)
        return PREFIX + hashlib.sha256(text).hexdigest()[:LONGEST_NAME]

    @property
    def kind(self) -> str:
        """The kind of fact that the column holds."""
        if not self.of_records:
            return str(self.definition["kind"])
        return YES_NO if self.stop is None else self.stop.kind

    @property
    def of_records(self) -> bool:
        """Whether it sums up records, rather than keeping one fact of the patient."""
        return "way" in self.definition

    @property
    def record(self) -> Record:
        """The kind of records that it sums up."""
        return RECORDS[self.definition["happened"]]

    @property
    def way(self) -> str:
        """How it sums records up."""
        return str(self.definition["way"])

    @cached_property
    def stop(self) -> Stop | None:
        """Up to which moment it looks at dates, or from which on; None when it looks at no dates."""
        if self.way == EVER:
            return None
        kind = self.record.attributes[self.record.when].kind
        return Stop(self.definition.get("moment", NOW), self.way in AHEAD, kind)

    def is_meant(self, in_force: Known) -> bool:
        """Whether its names still stand for the same: a custom field may get another type, or end."""
        if self.of_records:
            wanted = self.definition.get("custom", {})
            return all(kind_of_attribute(name, self.record, in_force) == kind for name, kind in wanted.items())
        fact = in_force.fact(self.definition["field"])
        return fact is not None and fact.facet(self.definition["of"], None).kind == self.kind

    def known(self, in_force: Known) -> Known:
        """What the names in it stood for when it was made: versions of value sets never change."""
        pinned = {slug: ValueSet(slug, version, {}, 0) for slug, version in self.definition.get("sets", {}).items()}
        return Known(value_sets=pinned, custom=in_force.custom)


def is_name(name: str) -> bool:
    """Whether a summary could have this name."""
    return NAME.fullmatch(name) is not None


def of_records(rule: Rule, number: int, known: Known) -> Summary | None:
    """What says whether somebody has more than `number` of the records that a `happened` condition looks for.

    None where records have to be looked at themselves: the window lies between two dates that no summary can stop at,
    or what must be beside a record asks for a custom field.
    """
    record = RECORDS[rule["happened"]]
    way = way_of(rule, number, record.attributes[record.when].kind)
    beside = in_order(rule.get("also", []))
    if set(rule) - UNDERSTOOD or way is None or any(text.startswith(CUSTOM) for text in texts_in(beside)):
        return None
    definition: dict[str, Any] = {"happened": rule["happened"], "where": in_order(rule.get("where", [])), **way}
    names = set(texts_in([definition["where"], definition.get("of", []), beside]))
    sets = {name: known.value_sets[name].version_id for name in names if name in known.value_sets}
    custom = {name: kind_of_attribute(name, record, known) for name in names if name.startswith(CUSTOM)}
    more = {"also": beside, "sets": sets, "custom": custom}
    return Summary({**definition, **{key: value for key, value in more.items() if value}})


def way_of(rule: Rule, number: int, kind: str) -> dict[str, Any] | None:
    """The part of a definition that says how records are summed up; None where no summary can stop.

    None also where it matters how long something lasted: a summary holds when it began.
    """
    if rule.get("window", {}).keys() & {*OF_STRETCHES}:
        return None
    pick = pick_of(rule)
    if pick:
        return {"way": pick, "of": in_order(rule[pick])}
    if not rule.get("window"):
        return {"way": EVER, "number": number + 1}
    stop = stop_in(rule["window"], kind)
    if stop is None:
        return None
    moment = {} if stop.moment == NOW else {"moment": stop.moment}
    return {"way": NEXT if stop.is_ahead else LAST, "number": number + 1, **moment}


def in_order(rules: list[Rule]) -> list[Rule]:
    """Rules that all have to hold, in the same order however they were written."""
    return sorted(rules, key=lambda rule: orjson.dumps(rule, option=orjson.OPT_SORT_KEYS))


def kind_of_attribute(name: str, record: Record, known: Known) -> str | None:
    """The kind of an attribute that the clinic has defined; None when there is none of this name."""
    attribute = known.attribute(record, name)
    return None if attribute is None else attribute.facet().kind


def of_field(name: str, of: Of, kind: str) -> Summary:
    """One fact of the patient."""
    return Summary({"field": name, "of": dict(of), "kind": kind})


def texts_in(part: Any) -> Iterator[str]:
    """Every text that stands as a value in a rule: the names of value sets, and others that do no harm."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for value in part.values():
            yield from texts_in(value)
    elif isinstance(part, list):
        for value in part:
            yield from texts_in(value)
