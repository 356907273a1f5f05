"""Rules compiled once, as rounds keep them, and asked at any moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import false, select
from sqlalchemy.orm import Session

from journeys.criteria.facts.facts import Facts
from journeys.criteria.membership.moving import MovingRule, edge_rows, edge_values
from tests.world import World


@dataclass
class Once:
    """The rules among `everything` that read nothing but facts, over the fact rows."""

    facts: Facts
    everything: Sequence[Any]
    rules: Sequence[Any]
    compiled: list[MovingRule]
    flags: list[Any]

    @classmethod
    def of(cls, rules: Sequence[Any], world: World, facts: Facts) -> "Once":
        """Compile each."""
        compiled = [MovingRule(world.known, facts) for _ in rules]
        flags = [each.holds(rule) for each, rule in zip(compiled, rules, strict=True)]
        kept = [place for place, each in enumerate(compiled) if not each.used.reads_records]
        return cls(facts, rules, *([given[place] for place in kept] for given in (rules, compiled, flags)))

    def on(self, facts: Facts, world: World) -> "Once":
        """The same; compiled anew where a zone has come that nobody lived in before, as `understood` does."""
        return self if facts.zones.keys() == self.facts.zones.keys() else Once.of(self.everything, world, facts)

    def found(self, session: Session, world: World) -> list[set[str]]:
        """Who is in each rule at the moment of the world, by the fact rows as they stand."""
        names = {number: name for name, number in world.ids.items()}
        rows = self.facts.rows
        wanted = sorted({edge for each in self.compiled for edge in each.edges})
        edges = edge_rows(wanted)
        asked = select(rows.c.patient_id, *self.flags, false())
        asked = asked.select_from(rows.outerjoin(edges, edges.c.zone == rows.c.zone))
        found: list[set[str]] = [set() for _ in self.rules]
        given = {"now": world.now, **edge_values(wanted, self.facts.zones, world.now)}
        for number, *answers in session.execute(asked, given):
            for place, _ in enumerate(self.rules):
                if answers[place]:
                    found[place].add(names[number])
        return found
