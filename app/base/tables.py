"""What a `ModelScreen` reads its table through: counts stop where people stop caring, and no page is read from afar.

Stock interfaces count every row of every list, which at a million rows is most of the time that a page takes.
"""

from collections.abc import Sequence
from typing import Any

from flask import g
from flask_appbuilder.models.filters import Filters
from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy import func, select
from sqlalchemy.orm import Query, selectinload

from app.base.lists import DEEPEST
from journeys.store.lists.keyset import CAP, Count, rows_about


class Table(SQLAInterface):
    """A table of Flask-AppBuilder's own. The count of a list is exact up to `CAP` or to the page after the one shown,
    whichever is more; above it, it is the planner's for the whole table and "more than" for a part of it."""

    def __init__(self, rows: type, related: Sequence[str] = ()) -> None:
        """`related` names what the rows refer to and a list of them shows: it is read once for all, not row by row."""
        super().__init__(rows)
        self.related = [getattr(rows, name) for name in related]

    def query_count(
        self, query: Query, filters: Filters | None = None, select_columns: list[str] | None = None
    ) -> int:  # fmt: skip
        """How many rows the pages may go through; `counted()` says what is known of the whole."""
        reach = max(CAP, g.get("list_reach", 0))
        rows = self._apply_inner_all(query, filters, select_columns=select_columns, aliases_mapping={})
        some = rows.with_entities(self.get_pk()).limit(reach + 1).subquery()
        number = self.session.scalar(select(func.count()).select_from(some)) or 0
        is_whole = filters is None or not filters.values
        g.list_count = Count(min(number, reach), is_more=number > reach)
        if number > reach and is_whole:
            g.list_count = rows_about(self.session, self.obj.__tablename__)
            return max(number, g.list_count.number)
        return number

    def apply_all(self, query: Query, *asked: Any, **more: Any) -> Query:
        """What is asked for, with what the rows refer to."""
        return super().apply_all(query, *asked, **more).options(*map(selectinload, self.related))


def reaching(page: int | None, page_size: int | None) -> None:
    """Say which page (from 0) will be read, so that the count knows whether there is one after it."""
    number = min(page or 0, DEEPEST)
    g.list_reach = (number + 1) * (page_size or 0)


def counted() -> Any:
    """The count of the list that was read last in this request."""
    return g.get("list_count", Count(0))
