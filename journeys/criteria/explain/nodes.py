"""What an explanation is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from journeys.criteria.kinds import Facet
from journeys.criteria.shapes import Rule, shape_of
from journeys.foundation.tables import Texts

Truth = bool | None
"""Yes, no, or unknown."""


@dataclass(frozen=True)
class Origin:
    """Where something was received from and when last: `slug` and `name` of the source, None for what was made here."""

    slug: str | None = None
    name: Texts = field(default_factory=dict)
    received_at: dt.datetime | None = None


@dataclass(frozen=True)
class Statement:
    """A row that a fact rests on: what it says (a word of the engine), from when until when, and who wrote it down."""

    says: str
    from_at: dt.datetime | None
    until_at: dt.datetime | None
    recorded_at: dt.datetime | None
    recorded_by: str | None
    origin: Origin


@dataclass(frozen=True)
class FactSeen:
    """The value of a fact, None when it is unknown, with the rows it rests on, the one that decides first."""

    facet: Facet
    value: Any
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class RecordSeen:
    """One record: `values` are those of its attributes that the rule looks at, `missed` the places of what it does not
    fit; `fits` says that it is one of those that the rule looks for."""

    id: int
    at: dt.date | dt.datetime | None
    display: str | None
    values: tuple[tuple[Facet, Any], ...]
    fits: bool
    missed: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True)
class RecordsSeen:
    """The records of one kind: how many the rule finds, how many there are, and the nearest of them, best first."""

    kind: str
    found: int
    total: int
    nearest: tuple[RecordSeen, ...]


@dataclass(frozen=True)
class Note:
    """Why a condition is not exact for a past day: a message id."""

    says: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Node:
    """One group or condition at its place. A segment has the tree of its own rule as its only part.

    `is_closed`: the reader may not learn its truth (then None) nor what it rests on; see `looking`.
    """

    where: str
    rule: Rule
    truth: Truth
    parts: tuple[Node, ...] = ()
    fact: FactSeen | None = None
    records: RecordsSeen | None = None
    notes: tuple[Note, ...] = ()
    is_closed: bool = False

    def all(self) -> Iterator[Node]:
        """The node and everything inside it, in reading order."""
        yield self
        for part in self.parts:
            yield from part.all()


@dataclass(frozen=True)
class Explanation:
    """Why: the tree, for one patient at one moment; `is_member` also asks that the record was not merged away.

    `can_open`: the reader would see more by asking for restricted values.
    """

    patient_id: int
    at: dt.datetime
    is_past: bool
    is_merged: bool
    root: Node
    can_open: bool = False

    @property
    def is_closed(self) -> bool:
        """Whether the reader may not learn the answer; `is_member` is False then."""
        return self.root.is_closed and not self.is_merged

    @property
    def has_closed(self) -> bool:
        """Whether any condition is not shown to the reader."""
        return any(node.is_closed for node in self.root.all())

    @property
    def is_member(self) -> bool:
        """Whether the patient is in the rule."""
        return self.root.truth is True and not self.is_merged

    def reasons(self) -> list[Node]:
        """The conditions that decide: those without which the answer would be, or could be, another."""
        return list(deciding(self.root, wanted=True))


def deciding(node: Node, *, wanted: bool) -> Iterator[Node]:
    """The conditions that make a node what it is, where `wanted` is what the whole would have needed it to be."""
    shape = shape_of(node.rule)
    if shape == "segment":
        yield from deciding(node.parts[0], wanted=wanted)
        return
    if not node.parts:
        yield node
        return
    inner = wanted if shape != "none" else not wanted
    needs_all = (shape == "all") == wanted if shape != "none" else wanted
    is_as_wanted = node.truth is wanted
    good = [part for part in node.parts if part.truth is inner]
    bad = [part for part in node.parts if part.truth is not inner]
    chosen = good if is_as_wanted else bad
    if is_as_wanted and not needs_all:
        chosen = good[:1]
    for part in chosen:
        yield from deciding(part, wanted=inner)
