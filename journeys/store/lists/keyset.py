"""Pages of long lists: a page begins after or before a row, never after so many rows, so the last costs what the
first does. With it, counts that stop at a cap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, any_, case, cast, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from journeys.foundation.database import PREPARED

CAP = 1_000
"""Counts are exact up to here."""

ESTIMATE = text("SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(:name)").execution_options(**PREPARED)


@dataclass(frozen=True)
class Place:
    """Where a page begins: after the row with this id, or before it. 0 is the beginning of the list, or its end."""

    id: int = 0
    is_before: bool = False


BEGINNING = Place()


@dataclass(frozen=True)
class Order:
    """What a list is sorted by: a column (None: the id alone), then the id. Rows without a value come last both ways.

    Each order that is offered needs an index on (column, id), or reading a page reads the table.
    """

    id: Any
    column: Any = None
    is_descending: bool = False

    @property
    def may_be_empty(self) -> bool:
        """Whether rows without a value are to be expected."""
        return self.column is not None and bool(self.column.nullable)


@dataclass(frozen=True)
class Stretch:
    """The rows of one page in the list's order, and whether there are others before and after them.

    `is_lost` says that the page began at a row that is no longer in the list, and is the first one instead.
    """

    rows: list[Any]
    has_previous: bool
    has_next: bool
    is_lost: bool = False


@dataclass(frozen=True)
class Count:
    """How many there are: exactly, more than (`is_more`), or about (the planner's estimate)."""

    number: int
    is_more: bool = False
    is_about: bool = False


Part = tuple[list[ColumnElement[bool]], list[Any]]
"""Conditions and order of a part of a list that one index gives in order."""


def stretch(session: Session, query: Select, order: Order, place: Place, size: int) -> Stretch:
    """The page of `query` that begins at `place`; at most three statements, each a walk along one index."""
    standing = found(session, query, order, place)
    if place.id and standing is None:
        return Stretch(**{**vars(stretch(session, query, order, BEGINNING, size)), "is_lost": True})
    rows: list[Any] = []
    for where, by in parts(order, standing, place.is_before):
        if len(rows) <= size:
            part = query.where(*where).order_by(*by).limit(size + 1 - len(rows))
            rows.extend(session.execute(part).all())
    has_more = len(rows) > size
    rows = rows[:size]
    if not place.is_before:
        return Stretch(rows, has_previous=place.id > 0, has_next=has_more)
    if place.id and not has_more:
        # the first page is always a whole one
        return stretch(session, query, order, BEGINNING, size)
    return Stretch(rows[::-1], has_previous=has_more, has_next=place.id > 0)


def found(session: Session, query: Select, order: Order, place: Place) -> tuple[Any, int] | None:
    """The value and the id of the row at which a page begins; None when it is not in the list."""
    if not place.id:
        return None
    value = order.id if order.column is None else order.column
    named = query.with_only_columns(value, maintain_column_froms=True).where(order.id == place.id)
    row = session.execute(named).first()
    return None if row is None else (row[0], place.id)


def parts(order: Order, standing: tuple[Any, int] | None, is_backward: bool) -> list[Part]:
    """What is still to be walked along, in turn: the rows with a value, those without; backward the other way round."""
    goes_down = order.is_descending != is_backward
    by_id = order.id.desc() if goes_down else order.id.asc()
    rest = None if standing is None else standing[1]
    if order.column is None:
        return [(beyond(order.id, rest, goes_down), [by_id])]
    is_empty = standing is not None and standing[0] is None
    by_value = order.column.desc() if goes_down else order.column.asc()
    after = beyond(tuple_(order.column, order.id), None if is_empty else standing, goes_down)
    if not order.may_be_empty:
        return [(after, [by_value, by_id])]
    valued = ([order.column.is_not(None), *after], [by_value, by_id])
    empty = ([order.column.is_(None), *beyond(order.id, rest if is_empty else None, goes_down)], [by_id])
    in_turn = [empty, valued] if is_backward else [valued, empty]
    # the part that lies before the row's own is behind us
    return in_turn[1:] if standing is not None and is_empty != is_backward else in_turn


def beyond(key: Any, standing: Any, goes_down: bool) -> list[ColumnElement[bool]]:
    """The condition that a row comes after the one the page begins at; none at the beginning."""
    if standing is None:
        return []
    return [key < standing if goes_down else key > standing]


def page_of(
    session: Session, query: Select, order: Order, place: Place, size: int, counting: Select | None = None
) -> tuple[Stretch, Count]:
    """A page and how many rows there are in all, counted up to CAP.

    The ids of a short list are read first and only these are put in order. To look for few rows along an index that
    holds them in order means to walk past all the others. `counting` finds the same rows in a way that is faster
    where order does not matter.
    """
    every = query if counting is None else counting
    number, ids = few_ids(session, every, order)
    if number > CAP:
        return stretch(session, query, order, place, size), Count(CAP, is_more=True)
    few = query.where(order.id == any_(cast(ids, ARRAY(BigInteger))))
    return stretch(session, few, order, place, size), Count(number)


def few_ids(session: Session, query: Select, order: Order) -> tuple[int, list[int]]:
    """How many rows a query has, counted up to CAP + 1, and their ids; of more than CAP none is loaded."""
    some = query.with_only_columns(order.id.label("id"), maintain_column_froms=True).limit(CAP + 1).subquery()
    number = func.count()
    row = session.execute(select(number, case((number <= CAP, func.array_agg(some.c.id)))).select_from(some)).one()
    return row[0], row[1] or []


def rows_about(session: Session, table: str) -> Count:
    """How many rows a table of more than CAP rows has, by the planner's last look."""
    guess = session.scalar(ESTIMATE, {"name": table}) or 0
    return Count(guess, is_about=True) if guess > CAP else Count(CAP, is_more=True)
