"""How often a message that was not taken is tried again, and how long it waits before: as an account says, or as usual.

Only what certainly did not leave is tried again; what became of the others is asked, or a person says it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

MOST_ATTEMPTS = 100
LONGEST_WAIT = 10_080
"""Minutes of a week: what is later than that nobody waits for."""


@dataclass(frozen=True)
class Retry:
    """How often at most; the minutes before the second attempt, which double each time up to the longest wait. After
    the last attempt a message counts as undeliverable."""

    attempts: int
    first_wait: int
    longest_wait: int


@dataclass(frozen=True)
class RetryGiven:
    """What somebody says of it; what is left empty is as usual."""

    attempts: int | None = field(
        default=None,
        metadata={"label": N_("Attempts"), "help": N_("How often a message is tried. Empty: as usual.")},
    )
    first_wait: int | None = field(
        default=None,
        metadata={
            "label": N_("First wait in minutes"),
            "help": N_("Before the second attempt; each wait is twice the one before."),
        },
    )
    longest_wait: int | None = field(
        default=None, metadata={"label": N_("Longest wait in minutes"), "help": N_("No wait is longer.")}
    )

    def over(self, usual: Retry) -> Retry:
        """What holds, with the usual where nothing is said. A long first wait alone makes the longest one longer."""
        first = usual.first_wait if self.first_wait is None else self.first_wait
        longest = max(first, usual.longest_wait) if self.longest_wait is None else self.longest_wait
        return Retry(usual.attempts if self.attempts is None else self.attempts, min(first, longest), longest)

    def problems(self, where: str) -> Iterator[Problem]:
        """Numbers that are none, or that contradict each other."""
        if self.attempts is not None and not 1 <= self.attempts <= MOST_ATTEMPTS:
            yield Problem(f"{where}.attempts", N_("Give a number from 1 to %(most)s"), {"most": MOST_ATTEMPTS})
        for name, minutes in (("first_wait", self.first_wait), ("longest_wait", self.longest_wait)):
            if minutes is not None and not 1 <= minutes <= LONGEST_WAIT:
                yield Problem(f"{where}.{name}", N_("Give a number from 1 to %(most)s"), {"most": LONGEST_WAIT})
        if self.first_wait is not None and self.longest_wait is not None and self.longest_wait < self.first_wait:
            yield Problem(f"{where}.longest_wait", N_("It is not shorter than the first wait"))


@dataclass(frozen=True)
class Retries:
    """By whose fault a message was not taken: its own, or the provider's, who is left alone meanwhile."""

    refused: Retry = Retry(attempts=5, first_wait=5, longest_wait=80)
    down: Retry = Retry(attempts=50, first_wait=5, longest_wait=80)


USUAL = Retries()
"""The second lasts for a day and more."""
