"""What a file in this folder defines: an `Operator`, one way to compare a fact with what the rule wants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, not_

from journeys.criteria.dates import Clock
from journeys.criteria.kinds import Facet

NOTHING = "nothing"
VALUE = "value"
VALUES = "values"
TWO_NUMBERS = "two-numbers"
MOMENT = "moment"
TWO_MOMENTS = "two-moments"
SPAN = "span"
VALUE_SET = "value-set"
"""What an operator takes as `value`: nothing, one value of the fact's kind, a list of them, …

Where SQL is made, a value set is the id of its version, and a number with a unit is what it is in the unit of the row.
"""

WholeNumbers = tuple[int | None, int | None]
"""From the first to just below the second; None where there is no bound."""


@dataclass(frozen=True)
class Fact:
    """One fact as SQL, its kind, and the clock of the patient it belongs to; `beside` is its unit or code system.

    A fact may stand in the row of another relation: with `rows`, `value` is a column of them, and `key` says which
    column of them is equal to what of the row at hand, where `only` those rows count; there is one such row or none. So
    the database can look a comparison up in all of them at once. `otherwise` is the fact of those who have no row, None
    when it is unknown then. Where there may be several rows and the newest counts, `newer` is (rows under another name,
    their value, what makes one of them count and newer); no value is NULL then.
    """

    value: ColumnElement[Any]
    kind: str
    clock: Clock
    beside: ColumnElement[Any] | None = None
    rows: Any = None
    key: tuple[Any, Any] = (None, None)
    only: ColumnElement[bool] | None = None
    otherwise: Any = None
    newer: tuple[Any, ColumnElement[Any], ColumnElement[bool]] | None = None


class Operator:
    """One comparison; named as its file.

    `label` is how a list of operators shows it, `sentence` how it reads with %(field)s and %(value)s; both are message
    ids. `takes` says for each kind of fact that it can compare what it wants as `value`. `of_unknown` is what it says
    of a fact that is not known: unknown again (None), except for the two that ask just that.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    sentence: ClassVar[str]
    takes: ClassVar[Mapping[str, str]]
    of_unknown: ClassVar[bool | None] = None

    def fits(self, facet: Facet) -> bool:
        """Whether it can compare this fact."""
        return facet.kind in self.takes

    def holds(self, fact: Fact, wanted: Any) -> ColumnElement[bool]:
        """Whether the fact is so, as SQL: NULL where the fact is unknown (only `known` and `unknown` never are)."""
        raise NotImplementedError

    def fails(self, fact: Fact, wanted: Any) -> ColumnElement[bool]:
        """Whether the fact is known not to be so, as SQL; never true where the fact is unknown."""
        return not_(self.holds(fact, wanted))

    def whole_numbers(self, wanted: Any) -> WholeNumbers | None:
        """Which whole numbers it holds for, where they are all from one to another; None where they are not."""
        return None
