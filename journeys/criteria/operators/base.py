"""What a file in this folder defines: an `Operator`, one way to compare a fact with what the rule wants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import ColumnElement

from journeys.criteria.dates import Clock

NOTHING = "nothing"
VALUE = "value"
VALUES = "values"
TWO_NUMBERS = "two-numbers"
MOMENT = "moment"
TWO_MOMENTS = "two-moments"
SPAN = "span"
"""What an operator takes as `value`: nothing, one value of the fact's kind, a list of them, …"""


@dataclass(frozen=True)
class Fact:
    """One fact as SQL, its kind, and the clock of the patient it belongs to."""

    value: ColumnElement[Any]
    kind: str
    clock: Clock


class Operator:
    """One comparison; named as its file.

    `label` is how a list of operators shows it, `sentence` how it reads with %(field)s and %(value)s; both are message
    ids. `takes` says for each kind of fact that it can compare what it wants as `value`.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    sentence: ClassVar[str]
    takes: ClassVar[Mapping[str, str]]

    def holds(self, fact: Fact, wanted: Any) -> ColumnElement[bool]:
        """Whether the fact is so, as SQL: NULL where the fact is unknown (only `known` and `unknown` never are)."""
        raise NotImplementedError
