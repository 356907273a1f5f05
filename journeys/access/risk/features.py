"""What attendance risk may look at, and under which heading people read of it.

No sex, no race, no religion, no diagnosis, no place of living (S-01). What was sent is left out too: reminders go to
those for whom somebody fears, so they would speak against whom they help.
"""

from __future__ import annotations

from dataclasses import dataclass

from journeys.foundation.words import N_


@dataclass(frozen=True)
class Feature:
    """One fact: a number with a curve of at most `bends` straight pieces, or a code (no bends)."""

    topic: str
    bends: int = 0

    @property
    def is_number(self) -> bool:
        """Whether it is a number, not a code."""
        return self.bends > 0


TOPICS = {
    "booking": N_("When it was booked"),
    "history": N_("Earlier visits"),
    "age": N_("Age"),
    "time": N_("Day and time of the visit"),
    "others": N_("Other visits that are booked"),
    "service": N_("Service"),
    "circumstance": N_("Circumstances"),
}

FEATURES = {
    "lead_days": Feature("booking", 8),
    "booked_minute": Feature("booking", 5),
    "weekday": Feature("time"),
    "minute": Feature("time", 5),
    "age": Feature("age", 6),
    "service": Feature("service"),
    "circumstance": Feature("circumstance"),
    "kept": Feature("history", 4),
    "missed": Feature("history", 4),
    "missed_share": Feature("history", 5),
    "last_outcome": Feature("history"),
    "days_since": Feature("history", 4),
    "same_day": Feature("others", 3),
    "ahead": Feature("others", 3),
}
