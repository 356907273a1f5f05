"""What segments mean on the facts that there are, kept by a worker between its rounds: compiling costs far more than
looking a few patients up.

Everything is kept under what it was made from, whole: the columns and zones, and the fingerprint of a segment, which
changes with its rule and with whatever that names. So nothing kept can be out of date.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, false, func

from journeys.criteria.facts.facts import Facts
from journeys.criteria.facts.rule import DateCondition
from journeys.criteria.known import Known
from journeys.criteria.membership.moving import MovingEdge, MovingRule

Kept = TypeVar("Kept")

MOST_FACTS = 4
MOST_SEGMENTS = 500
MOST_STATEMENTS = 20
"""How much is kept; what was made first goes first."""


@dataclass(frozen=True)
class Meaning:
    """What a segment's rule asks of a fact row. `holds` is never NULL and holds at any moment (`moving`); it says
    nothing where `is_on_facts` is false."""

    is_on_facts: bool
    dates: tuple[DateCondition, ...]
    edges: tuple[MovingEdge, ...]
    holds: ColumnElement[bool]


@dataclass
class Understood:
    """The meanings of segments on these facts, by fingerprint, and what was made of several of them."""

    facts: Facts
    meanings: dict[str, Meaning] = field(default_factory=dict)
    statements: dict[tuple[str, ...], Any] = field(default_factory=dict)

    def meaning(self, slug: str, mark: str, known: Known) -> Meaning:
        """What the segment with this fingerprint means."""
        return keep(self.meanings, mark, lambda: understand(slug, known, self.facts), MOST_SEGMENTS)

    def statement(self, marks: tuple[str, ...], make: Callable[[], Kept]) -> Kept:
        """What is made of these segments together."""
        return keep(self.statements, marks, make, MOST_STATEMENTS)


ON_FACTS: dict[Any, Understood] = {}
LOCK = Lock()


def understood(facts: Facts) -> Understood:
    """What is kept for these columns and zones; use its `facts`, whose rows its meanings speak of."""
    return keep(ON_FACTS, (tuple(facts.columns), tuple(facts.zones)), lambda: Understood(facts), MOST_FACTS)


def keep(kept: dict[Any, Kept], key: Any, make: Callable[[], Kept], most: int) -> Kept:
    """What is kept under a key, else what is made and kept from now on."""
    found = kept.get(key)
    if found is not None:
        return found
    made = make()
    with LOCK:
        while len(kept) >= most:
            kept.pop(next(iter(kept)))
        return kept.setdefault(key, made)


def understand(slug: str, known: Known, facts: Facts) -> Meaning:
    """Compile a segment's rule."""
    rule = MovingRule(known, facts)
    holds = func.coalesce(rule.holds(known.segments[slug]), false())
    return Meaning(not rule.used.reads_records, tuple(rule.used.dates), rule.edges, holds)
