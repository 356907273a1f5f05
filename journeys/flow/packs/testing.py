"""Runs every life of a pack and says what came of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from journeys.flow.packs.lives.life import read_life
from journeys.flow.packs.lives.playing import play
from journeys.flow.packs.pack import Pack
from journeys.flow.packs.scratch import scratch


@dataclass(frozen=True)
class Played:
    """One life: its slug, and a sentence for everything that was not as expected."""

    life: str
    failures: list[str] = field(default_factory=list)


def run_tests(owner_url: str, packs: Sequence[Pack]) -> Iterator[Played]:
    """Play the lives of the last of `packs`, with all of them loaded, one after the other.

    Unavailable when the server lets no databases be made; Invalid when a life or a pack cannot be read.
    """
    lives = dict(packs[-1].tests)
    if not lives:
        return
    first = min(read_life(content).days[0].instant for content in lives.values())
    with scratch(owner_url, first.date()) as databases:
        for slug, content in sorted(lives.items()):
            with databases.house() as house:
                yield Played(slug, play(house, packs, content))
