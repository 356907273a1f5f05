"""Gives the fact rows the columns that rules in force need, and takes away those that nobody needs any more.

One bounded piece at a time: add what is new, else fill in the next rows, else index and hand over to rules, else drop,
else give one column the index of today in place of that of an earlier version.
Whatever breaks it off, the next piece goes on from what `fact_column` says.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.exc import OperationalError

from journeys.criteria.facts.columns import add_columns, drop_columns, has_no_lock, index_columns, vacuum
from journeys.criteria.facts.fill_columns import fill_columns
from journeys.criteria.facts.hand_over import hand_over
from journeys.criteria.facts.need_columns import need_columns
from journeys.foundation import database
from journeys.foundation.acting import Act, House, act

TRIES = 5


def promote(house: House, owner_url: str, doing: Act) -> bool:
    """Do one piece of work; True when there may be another one to do at once.

    `house` is the worker's; only the owner of the tables may change them, so that has a connection of its own.
    """
    needs = act(house, doing, need_columns)
    owner = database.connect(owner_url, database.OWNER)
    try:
        if needs.new:
            return tried(lambda: add_columns(owner, needs.new))
        filled = act(house, doing, fill_columns)
        if filled.count:
            vacuum(owner)
            return True
        if filled.complete:
            index_columns(owner, filled.complete)
            act(house, doing, hand_over, names=[each.name for each in filled.complete])
            return True
        if needs.unwanted:
            return tried(lambda: drop_columns(owner, needs.unwanted))
        index_columns(owner, needs.not_indexed[:1])
        return bool(needs.not_indexed)
    finally:
        owner.dispose()


def tried(change: Callable[[], None]) -> bool:
    """Whether a change of the tables was made; who works on them goes first, and the next ring tries again."""
    for _ in range(TRIES):
        try:
            change()
        except OperationalError as error:
            if not has_no_lock(error):
                raise
        else:
            return True
    return False
