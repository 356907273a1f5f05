"""What a person may choose for messages that have gone stale: send them now, skip them, or have a task made instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from journeys.flow.pauses.stale import StaleMessages
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

SEND, SKIP, TASK = "send", "skip", "task"
MOST_DAYS = 366

Choices = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""{version id as text: {step: {do, queue, days}}}; queue and days belong to a task."""


@dataclass(frozen=True)
class Choice:
    """What is done with the stale messages of one step of one version."""

    version_id: int
    step: str
    do: str
    queue: str | None = None
    days: int | None = None


def read_choices(choices: Choices | None) -> list[Choice]:
    """The choices that were kept, in the order of versions and steps."""
    found = [
        Choice(int(version), step, chosen["do"], chosen.get("queue"), chosen.get("days"))
        for version, steps in (choices or {}).items()
        for step, chosen in steps.items()
    ]
    return sorted(found, key=lambda choice: (choice.version_id, choice.step))


def judge_choices(choices: Choices, stale: Iterable[StaleMessages], queues: Iterable[str]) -> Iterator[Problem]:
    """What is missing or wrong; `queues` are the slugs there are."""
    known = set(queues)
    for row in stale:
        where = f"choices.{row.version_id}.{row.step}"
        chosen = choices.get(str(row.version_id), {}).get(row.step, {})
        if chosen.get("do") not in (SEND, SKIP, TASK):
            yield Problem(f"{where}.do", N_("Choose what is done with these messages"))
        elif chosen["do"] == TASK:
            yield from judge_task(chosen, where, known)


def judge_task(chosen: Mapping[str, Any], where: str, queues: set[str]) -> Iterator[Problem]:
    """A task needs a queue that there is, and a time to be done by."""
    if chosen.get("queue") not in queues:
        yield Problem(f"{where}.queue", N_("Choose a queue"))
    days = chosen.get("days")
    if not isinstance(days, int) or not 1 <= days <= MOST_DAYS:
        yield Problem(f"{where}.days", N_("Between 1 and 366 days"))


def only_wanted(choices: Choices, stale: Iterable[StaleMessages]) -> dict[str, dict[str, dict[str, Any]]]:
    """The choices about what is stale, and nothing else that came with them."""
    kept: dict[str, dict[str, dict[str, Any]]] = {}
    for row in stale:
        chosen = choices[str(row.version_id)][row.step]
        names = ("do", "queue", "days") if chosen["do"] == TASK else ("do",)
        kept.setdefault(str(row.version_id), {})[row.step] = {name: chosen[name] for name in names}
    return kept
