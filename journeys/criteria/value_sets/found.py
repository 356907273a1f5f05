"""`Found`: one value set as a file holds it, and what is wrong with its lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from journeys.criteria.value_sets.change import Code, key_of
from journeys.criteria.value_sets.check import MOST_CODES
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

MOST_BYTES = 12 * 1024 * 1024
"""Of a file: far above fifty thousand codes, below what a request may hold."""


@dataclass
class Found:
    """A value set out of a file: how it calls itself, its codes, each once, and its problems by place in the file."""

    name: str = ""
    url: str = ""
    version: str = ""
    codes: dict[tuple[str, str], Code] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    is_full: bool = False

    def add(self, system: str | None, code: str, display: str | None, where: str) -> None:
        """Keep one code; one that is there already stays as it is, one too many is a problem, once."""
        entry: Code = {"system": system} if system else {}
        entry["code"] = code
        if display:
            entry["display"] = display
        key = key_of(entry)
        if key in self.codes:
            return
        if len(self.codes) < MOST_CODES:
            self.codes[key] = entry
        elif not self.is_full:
            self.is_full = True
            self.refuse(where, N_("There are more than %(most)s codes"), most=MOST_CODES)

    def refuse(self, where: str, says: str, **data: Any) -> None:
        """Keep what is wrong at a place of the file."""
        self.problems.append(Problem(where, says, data))
