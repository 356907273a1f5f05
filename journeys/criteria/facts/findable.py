"""What indexes can find of a condition on fact rows: a wider condition, so plain that the planner understands it.

Reading one row costs more than most of what is asked about it, because every column up to the last one in question is
taken apart. Where few rows can fit at all, the planner finds these by the indexes of `indexing` and leaves the others
alone; it knows by its statistics when that is worth it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, and_, not_, or_
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import (
    AsBoolean,
    BinaryExpression,
    BooleanClauseList,
    ColumnClause,
    False_,
    Grouping,
    Null,
    True_,
    UnaryExpression,
)

from journeys.criteria.comparing import Flag
from journeys.criteria.facts.summaries import is_name
from journeys.store.facts import FOUND_BY

LOWER = (operators.lt, operators.le)
UPPER = (operators.gt, operators.ge)
SAME = (operators.eq, operators.in_op, operators.is_)
NOBODY = 0
"""No patient has this id."""


@dataclass(frozen=True)
class Findable:
    """A condition that indexes understand; for one bound of one column also the column, the side and the bound."""

    flag: Flag
    side: tuple[str, Any] | None = None
    bound: Any = None


def findable(flag: Flag, patient_id: Any) -> list[Flag]:
    """Conditions that are all so wherever `flag` is, and that indexes find; none when any row could fit.

    Each is one of several or says "or nobody": so PostgreSQL gathers the rows from the indexes before it reads them.
    Going along an index from row to row took up to ten times as long wherever many rows fit.
    """
    found = found_where(flag, is_so=True)
    if found is None:
        return []
    parts = found.flag.clauses if joined_by(found.flag, operators.and_) else [found.flag]
    return [part if joined_by(part, operators.or_) else or_(part, patient_id == NOBODY) for part in parts]


def joined_by(flag: Any, operator: Any) -> bool:
    """Whether a condition is several joined by this operator."""
    whole = flag.element if isinstance(flag, Grouping) else flag
    return isinstance(whole, BooleanClauseList) and whole.operator is operator


def found_where(flag: Any, *, is_so: bool) -> Findable | None:
    """The same where `flag` is so, or where it is known not to be."""
    if isinstance(flag, Grouping):
        return found_where(flag.element, is_so=is_so)
    if isinstance(flag, BooleanClauseList):
        parts = [found_where(part, is_so=is_so) for part in flag.clauses]
        return all_of(parts) if (flag.operator is operators.and_) == is_so else any_of(parts)
    if isinstance(flag, AsBoolean):
        return yes_or_no(flag.element, is_yes=(flag.operator is operators.is_true) == is_so)
    if isinstance(flag, UnaryExpression) and flag.operator is operators.inv:
        return found_where(flag.element, is_so=not is_so)
    if isinstance(flag, BinaryExpression):
        return compared(flag if is_so else not_(flag))
    return None


def all_of(parts: Sequence[Findable | None]) -> Findable | None:
    """Whatever can be found of several parts together."""
    found = [part for part in parts if part is not None]
    if len(found) == 1:
        return found[0]
    return Findable(and_(*[part.flag for part in found])) if found else None


def any_of(parts: Sequence[Findable | None]) -> Findable | None:
    """Several parts of which one is enough: all of them must be found. Of bounds on one side only the widest counts."""
    widest: dict[Any, Findable] = {}
    for number, part in enumerate(parts):
        if part is None:
            return None
        key = part.side or number
        if key not in widest or is_wider(part, widest[key]):
            widest[key] = part
    return Findable(or_(*[part.flag for part in widest.values()])) if len(widest) > 1 else next(iter(widest.values()))


def is_wider(one: Findable, other: Findable) -> bool:
    """Whether one bound lets more through than the other one on the same side."""
    _, side = one.side or (None, None)
    return bool(one.bound > other.bound if side == LOWER else one.bound < other.bound)


def yes_or_no(column: Any, *, is_yes: bool) -> Findable | None:
    """A column that says yes or no by itself."""
    if not has_index(column):
        return None
    return Findable(column if is_yes else not_(column))


def compared(flag: Any) -> Findable | None:
    """One comparison with a constant."""
    if not isinstance(flag, BinaryExpression) or not has_index(flag.left):
        return None
    if not isinstance(flag.right, BindParameter | True_ | False_ | Null):
        return None
    if flag.operator in SAME:
        return Findable(flag)
    side = next((side for side in (LOWER, UPPER) if flag.operator in side), None)
    if side is None or not isinstance(flag.right, BindParameter):
        return None
    return Findable(flag, (flag.left.name, side), flag.right.value)


def has_index(column: Any) -> bool:
    """Whether this is a column of fact rows that there may be an index for."""
    return isinstance(column, ColumnClause) and (column.name in FOUND_BY or is_name(column.name))
