"""What can go wrong, as a family.

WaymarkError
├── Invalid            what a person wrote cannot be accepted; carries every Problem with its place
├── Missing            the thing asked for does not exist, or not in this scope (never says which)
├── Forbidden          the actor may not do this
├── Stale              somebody else changed the row first (`row_version` differs)
└── Unavailable        a server we stand on does not answer; the message says what to do

No message of these may hold patients' data: names, numbers, texts. Ids and slugs are fine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Stride:
    """One step of a way that proves a problem.

    `port` is the way out that is taken, None where the way stops; `after` the least time from the beginning of the way
    until the step is reached. `journey` is the slug of the journey whose step it is, None where it is the one judged.
    """

    step: str
    port: str | None = None
    after: dt.timedelta = dt.timedelta(0)
    journey: str | None = None


@dataclass(frozen=True)
class Problem:
    """One thing wrong in what a person wrote.

    `where` is the place as a dotted path (`steps.remind.config.template`), `says` a message id with %(name)s places
    (marked with N_), `data` their values. Translated where it is shown. `severity` is "error" (bars publishing) or
    "warning". `path` is a way through a journey that proves it, empty where the place says enough.
    """

    where: str
    says: str
    data: Mapping[str, Any] = field(default_factory=dict)
    severity: str = "error"
    path: tuple[Stride, ...] = ()

    @property
    def is_error(self) -> bool:
        """Whether it bars what was asked for; a warning does not."""
        return self.severity == "error"

    def __str__(self) -> str:
        """The English sentence with its place."""
        sentence = self.says % self.data if self.data else self.says
        return f"{self.where}: {sentence}"


class WaymarkError(Exception):
    """Base of every error that Waymark raises on purpose."""


class Invalid(WaymarkError):
    """What was written cannot be accepted; `problems` holds all of them, not the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep every problem; the text joins them."""
        self.problems = list(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))


class Missing(WaymarkError):
    """The thing asked for does not exist in this scope."""


class Forbidden(WaymarkError):
    """The actor may not do this."""


class Stale(WaymarkError):
    """Somebody else changed this first; read it again."""


class Unavailable(WaymarkError):
    """A server that Waymark stands on does not answer."""


def errors_in(problems: Iterable[Problem]) -> list[Problem]:
    """Those that bar what was asked for."""
    return [problem for problem in problems if problem.is_error]


def refuse_errors(problems: Iterable[Problem]) -> None:
    """Invalid with all of them, warnings too, when one bars what was asked for."""
    found = list(problems)
    if errors_in(found):
        raise Invalid(found)
