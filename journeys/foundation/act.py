"""`Act`: when, who, which branches, why, and what led to it. Everything that is done is done under one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """Which branches (location ids) an act may see; None is every branch, an empty set is none."""

    locations: frozenset[int] | None = frozenset()

    def as_setting(self) -> str:
        """The text that row-level policies read: `*`, or ids joined by commas."""
        if self.locations is None:
            return "*"
        return ",".join(str(location) for location in sorted(self.locations))


EVERYWHERE = Scope(None)


@dataclass(frozen=True)
class Act:
    """When (aware, UTC), by whom (`user:<name>`, `worker:<job>`), in which scope, for what purpose, because of what."""

    now: dt.datetime
    by: str
    scope: Scope
    purpose: str = "care"
    cause: str | None = None

    def __post_init__(self) -> None:
        """Refuse a naive time: it would mean another instant on another machine."""
        if self.now.tzinfo is None:
            raise ValueError("Act.now needs a time zone")
