"""What published versions listen for: kinds of events, and records of every kind that the rules of endings count.

`task.*` stands for everything that happens to tasks, `*` for anything at all: versions that were published before
records were kept listen like that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from journeys.criteria.known import Known
from journeys.flow.running.versions import records_in
from journeys.flow.text.definition import Journey

ENTRY = "entry"
GOAL = "goal"
EXIT = "exit"
ANYTHING = "*"


def heard_as(kinds: Collection[str]) -> list[str]:
    """Under which names events of these kinds are listened for."""
    return sorted({*kinds, *(every(kind.partition(".")[0]) for kind in kinds), ANYTHING})


def every(record: str) -> str:
    """The name of everything that happens to records of a kind."""
    return f"{record}.{ANYTHING}"


def listened_for(journey: Journey, known: Known) -> Iterator[tuple[str, int, str]]:
    """(purpose, position, name) of all that a version listens for, each once."""
    if journey.head.entry.heard is not None:
        yield ENTRY, 0, journey.head.entry.heard
    for purpose, position, ending in journey.endings():
        if ending.event is not None:
            yield purpose, position, ending.event
        rules = [] if ending.rule is None else [ending.rule]
        for record in sorted(set(records_in(rules, known.segments))):
            yield purpose, position, every(record)
