"""A clock that refuses to tell the time: what compiles with it is true at any moment."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from journeys.criteria.dates import Clock

TOLD = ("now", "focus", "fact", "record")
"""What a clock knows besides the zone."""


class NotTimeless(Exception):
    """Something asked what time it is, or about another record."""


class TimelessClock(Clock):
    """Compares dates with fixed dates only; NotTimeless for every other moment."""

    def __init__(self, zone: ColumnElement[str]) -> None:
        """Know the zone in which fixed dates are days."""
        object.__setattr__(self, "zone", zone)

    def __getattribute__(self, name: str) -> Any:
        """Refuse what would tell the time."""
        if name in TOLD:
            raise NotTimeless(name)
        return super().__getattribute__(name)
