"""A clock that refuses to tell the time: what compiles with it is true at any moment."""

from __future__ import annotations

from typing import Any, Self

from sqlalchemy import ColumnElement

from journeys.criteria.dates import Clock, Look

TOLD = ("now", "focus", "fact")
"""What a clock knows besides the zone, and the dates of the record that others are looked for beside."""


class NotTimeless(Exception):
    """Something asked what time it is, or about a date that does not stand beside it."""


def no_record(name: str) -> tuple[ColumnElement[Any], str]:
    """There is none."""
    raise NotTimeless(name)


class TimelessClock(Clock):
    """Compares dates with fixed dates and with those of a record; NotTimeless for every other moment."""

    def __init__(self, zone: ColumnElement[str], record: Look = no_record) -> None:
        """Know the zone in which dates are days."""
        object.__setattr__(self, "zone", zone)
        object.__setattr__(self, "record", record)

    def beside(self, record: Look) -> Self:
        """The same clock beside a record that was found."""
        return type(self)(self.zone, record)

    def __getattribute__(self, name: str) -> Any:
        """Refuse what would tell the time."""
        if name in TOLD:
            raise NotTimeless(name)
        return super().__getattribute__(name)
